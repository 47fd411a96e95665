#include "domain/url.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace std::string_view_literals;
using test::thrown;

namespace {

std::string normal(std::string_view text) {
  return parse_url("--url", text).to_string();
}

std::string refusal(std::string_view text) {
  return thrown([&] { parse_url("--url", text); });
}

const std::string kExpected =
    "USAGE: --url: expected a URL such as http://localhost:3000/hook or https://example.com/hook, "
    "got ";

}  // namespace

TEST_CASE("url: it is parsed into its parts") {
  const Url url = parse_url("--url", "https://Example.com:8443/Hook/a?B=c&d=%2F");
  CHECK(url.https);
  CHECK(url.host == "example.com");
  CHECK(url.port == 8443);
  CHECK(url.target == "/Hook/a?B=c&d=%2F");
  CHECK(url.authority() == "example.com:8443");
  CHECK(url.to_string() == "https://example.com:8443/Hook/a?B=c&d=%2F");
}

TEST_CASE("url: the normal form") {
  CHECK(normal("http://example.com") == "http://example.com/");
  CHECK(normal("HTTP://EXAMPLE.com:80") == "http://example.com/");
  CHECK(normal("https://example.com:443/") == "https://example.com/");
  CHECK(normal("https://example.com:80/") == "https://example.com:80/");
  CHECK(normal("http://example.com:443/") == "http://example.com:443/");
  CHECK(normal("http://example.com:/x") == "http://example.com/x");
  CHECK(normal("http://example.com:0080/x") == "http://example.com/x");
  CHECK(normal("http://example.com?a=b") == "http://example.com/?a=b");
  CHECK(normal("http://example.com/?") == "http://example.com/?");
  CHECK(normal("http://example.com./x") == "http://example.com./x");
  CHECK(normal("http://my_host-1:65535/") == "http://my_host-1:65535/");
  CHECK(normal("http://example.com/%41%2f/../x//y") == "http://example.com/%41%2f/../x//y");
  CHECK(normal("http://example.com/to?u=ftp://a@b:c") == "http://example.com/to?u=ftp://a@b:c");
}

TEST_CASE("url: addresses of IPv6") {
  CHECK(normal("http://[::1]:3000/x") == "http://[::1]:3000/x");
  CHECK(normal("http://[0:0:0:0:0:0:0:1]") == "http://[::1]/");
  CHECK(normal("https://[2001:DB8::0001]:443") == "https://[2001:db8::1]/");
  CHECK(normal("[::1]:3000") == "http://[::1]:3000/");
  CHECK(parse_url("--url", "http://[::1]/").host == "::1");
  CHECK(parse_url("--url", "http://[::1]/").is_ipv6());
  CHECK(parse_url("--url", "http://[::1]/").authority() == "[::1]");
  const std::string expected =
      "USAGE: --url: expected an IPv6 address in brackets such as [::1], got ";
  for (const char* text : {"http://[::zz]/", "http://[]/", "http://[::1", "http://[127.0.0.1]/",
                           "http://[fe80::1%25eth0]/", "http://::1/", "::1", "http://a:b:c/"}) {
    CHECK(refusal(text) == expected + "'" + text + "'");
  }
  CHECK(refusal("http://[::1]3000/") == kExpected + "'http://[::1]3000/'");
}

TEST_CASE("url: short forms") {
  CHECK(normal("3000") == "http://localhost:3000/");
  CHECK(normal("80") == "http://localhost/");
  CHECK(normal("localhost") == "http://localhost/");
  CHECK(normal("localhost:3000") == "http://localhost:3000/");
  CHECK(normal("localhost:3000/hook") == "http://localhost:3000/hook");
  CHECK(normal("LocalHost:3000?x=http://y") == "http://localhost:3000/?x=http://y");
  CHECK(normal("127.0.0.1:3000") == "http://127.0.0.1:3000/");
  CHECK(normal("example.com/hook") == "http://example.com/hook");
  CHECK(normal("localhost/to?u=http://a@b") == "http://localhost/to?u=http://a@b");
}

TEST_CASE("url: ambiguous text is rejected") {
  CHECK(refusal("") == kExpected + "''");
  CHECK(refusal("http:example") == kExpected + "'http:example'");
  CHECK(refusal("HTTPS:/example.com") == kExpected + "'HTTPS:/example.com'");
  CHECK(refusal("mailto:me") == kExpected + "'mailto:me'");
  CHECK(refusal("3000/hook") ==
        kExpected + "'3000/hook' | hint: for a port of this machine write localhost:3000/hook");
}

TEST_CASE("url: other schemes") {
  for (const char* text : {"ftp://example.com/", "ws://example.com", "://example.com",
                           "file:///etc/passwd", "httpx://example.com/"}) {
    CHECK(refusal(text) ==
          "USAGE: --url: expected an http or https URL, got '" + std::string(text) + "'");
  }
}

TEST_CASE("url: a host is needed") {
  for (const char* text :
       {"http://", "https:///x", "http://:3000/", ":3000/x", "/hook", "?x", "//example.com/"}) {
    CHECK(refusal(text) ==
          "USAGE: --url: expected a host, as in http://localhost:3000/hook, got '" +
              std::string(text) + "'");
  }
}

TEST_CASE("url: hosts have letters, digits and a little more") {
  for (const char* text : {"http://exa%6dple.com/", "http://a..b/", "http://.a/", "http://./",
                           "http://a\\b/", "http://a,b/", "http://a]/", "http://(a)/"}) {
    CHECK(refusal(text) ==
          "USAGE: --url: expected a host name of letters, digits, '-', '_' and single dots, got '" +
              std::string(text) + "'");
  }
}

TEST_CASE("url: ports") {
  CHECK(normal("http://a:1/") == "http://a:1/");
  for (const char* text :
       {"http://a:0/", "http://a:65536/", "http://a:99999999999999999999/", "http://a:-1/",
        "http://a:3x/", "0", "65536", "2130706433", "localhost:0", "http://[::1]:70000"}) {
    CHECK(refusal(text) ==
          "USAGE: --url: expected a port from 1 to 65535, got '" + std::string(text) + "'");
  }
  CHECK(refusal("localhost:3x") == kExpected + "'localhost:3x'");
}

TEST_CASE("url: user information is rejected and never shown") {
  const std::string expected = "USAGE: --url: expected a URL without user name and password, got ";
  CHECK(refusal("https://me:hunter2@example.com/x") == expected + "'...@example.com/x'");
  CHECK(refusal("https://me:hun@ter2@example.com/x") == expected + "'...@example.com/x'");
  CHECK(refusal("https://me:hunter 2@example.com") == expected + "'...@example.com'");
  CHECK(refusal("ftp://me:hunter2@example.com") == expected + "'...@example.com'");
  CHECK(refusal("me:hunter2@example.com") == expected + "'...@example.com'");
  CHECK(refusal("http://@example.com") == expected + "'...@example.com'");
}

TEST_CASE("url: a fragment is rejected") {
  CHECK(refusal("http://example.com/#top") ==
        "USAGE: --url: expected a URL without a fragment (#...), got 'http://example.com/#top'");
  CHECK(refusal("http://example.com#") ==
        "USAGE: --url: expected a URL without a fragment (#...), got 'http://example.com#'");
}

TEST_CASE("url: only printable ASCII; errors escape other characters") {
  const std::string expected =
      "USAGE: --url: expected a URL without spaces, control characters and characters outside "
      "ASCII, got ";
  const std::string hint =
      " | hint: percent-encode them in a path or query; write a host name in its xn-- form";
  CHECK(refusal("http://example.com/a b") == expected + "'http://example.com/a b'" + hint);
  CHECK(refusal(" http://example.com") == expected + "' http://example.com'" + hint);
  CHECK(refusal("http://a/\r\nX: y") == expected + "'http://a/\\x0d\\x0aX: y'" + hint);
  CHECK(refusal("http://a/\0"sv) == expected + "'http://a/\\x00'" + hint);
  CHECK(refusal("http://a/\x1b[2J\x7f") == expected + "'http://a/\\x1b[2J\\x7f'" + hint);
  CHECK(refusal("http://zoë.example/") == expected + "'http://zoë.example/'" + hint);
  CHECK(refusal("http://a/\xff") == expected + "'http://a/\\xff'" + hint);
}

TEST_CASE("url: at most 2048 bytes, before and after normalization") {
  const std::string start = "http://example.com/";
  const std::string longest = start + std::string(2048 - start.size(), 'x');
  CHECK(normal(longest) == longest);
  CHECK(refusal(longest + "x") ==
        "USAGE: --url: expected a URL of at most 2048 bytes, got 2049 bytes");
  CHECK(refusal("localhost/" + std::string(2038, 'x')) ==
        "USAGE: --url: expected a URL of at most 2048 bytes, got 2055 bytes");
}

TEST_CASE("url: a normal form is its own normal form") {
  for (const char* text : {"3000", "[::FFFF:127.0.0.1]:1", "https://A:443?x", "example.com./a?b"}) {
    CAPTURE(text);
    CHECK(normal(normal(text)) == normal(text));
    CHECK(parse_url("--url", normal(text)) == parse_url("--url", text));
  }
}
