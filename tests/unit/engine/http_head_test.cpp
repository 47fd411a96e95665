#include "engine/http_head.h"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>

#include "domain/random.h"

using namespace slotflow;

namespace {

HttpHead good(const std::string& bytes) {
  auto parsed = parse_head(bytes);
  const auto* problem = std::get_if<HttpProblem>(&parsed);
  CAPTURE(bytes);
  REQUIRE_MESSAGE(problem == nullptr, (problem == nullptr ? "" : problem->reason));
  return std::get<HttpHead>(std::move(parsed));
}

// "400 the method is no token", or "good".
std::string verdict(const std::string& bytes) {
  const auto parsed = parse_head(bytes);
  const auto* problem = std::get_if<HttpProblem>(&parsed);
  if (problem == nullptr) return "good";
  return (problem->status ? std::to_string(*problem->status) : "drop") + " " + problem->reason;
}

std::string with_headers(const std::string& headers) {
  return "POST / HTTP/1.1\r\n" + headers + "\r\n";
}

std::string limit_of(const std::string& bytes) {
  const auto problem = head_too_large(bytes);
  return problem ? std::to_string(problem->status.value_or(0)) + " " + problem->reason : "fits";
}

}  // namespace

TEST_CASE("http_head: a head is kept as it came") {
  const HttpHead head = good(
      "POST /a%20b?c=d&e HTTP/1.1\r\nHost: x\r\nx-LOWER: 1\r\nX-Twice: a\r\nX-Empty:\r\n"
      "X-Twice: b\r\nX-Space:  \t v w \t \r\nX-Colon: a:b\r\nX-Byte: \xff\r\n\r\n");
  CHECK(head.method == "POST");
  CHECK(head.target == "/a%20b?c=d&e");
  const std::vector<Header> expected = {{"Host", "x"},      {"x-LOWER", "1"},  {"X-Twice", "a"},
                                        {"X-Empty", ""},    {"X-Twice", "b"},  {"X-Space", "v w"},
                                        {"X-Colon", "a:b"}, {"X-Byte", "\xff"}};
  CHECK(head.headers == expected);
  CHECK(head.keep_alive);
  CHECK_FALSE(head.chunked);
  CHECK(head.content_length == 0);
  CHECK_FALSE(head.expects_continue);
}

TEST_CASE("http_head: lines may end in LF alone") {
  const HttpHead head = good("GET / HTTP/1.1\nA: b\nContent-Length: 3\n\n");
  CHECK(head.headers.size() == 2);
  CHECK(head.headers[0].value == "b");
  CHECK(head.content_length == 3);
}

TEST_CASE("http_head: where a head ends") {
  const auto nowhere = std::string_view::npos;
  CHECK(head_end("") == nowhere);
  CHECK(head_end("GET / HTTP/1.1\r\n") == nowhere);
  CHECK(head_end("GET / HTTP/1.1\r\n\r") == nowhere);
  CHECK(head_end("GET / HTTP/1.1\r\n\r\n") == 18);
  CHECK(head_end("GET / HTTP/1.1\r\n\r\nbody\r\n\r\n") == 18);
  CHECK(head_end("a\n\nb") == 3);
  CHECK(head_end("a\r\nb: c\n\r\n") == 10);
}

TEST_CASE("http_head: whether the connection stays") {
  const auto stays = [](const std::string& version, const std::string& headers) {
    return good("POST / " + version + "\r\n" + headers + "\r\n").keep_alive;
  };
  CHECK(stays("HTTP/1.1", ""));
  CHECK_FALSE(stays("HTTP/1.0", ""));
  CHECK_FALSE(stays("HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(stays("HTTP/1.1", "connection: upgrade, CLOSE\r\n"));
  CHECK(stays("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  CHECK(stays("HTTP/1.1", "Connection: closed\r\n"));
}

TEST_CASE("http_head: framing") {
  CHECK(good(with_headers("content-length: 12\r\n")).content_length == 12);
  CHECK(good(with_headers("Content-Length: 12\r\nContent-Length: 12\r\n")).content_length == 12);
  CHECK(good(with_headers("Content-Length: 18446744073709551615\r\n")).content_length ==
        18446744073709551615ULL);
  CHECK(good(with_headers("Transfer-Encoding: Chunked\r\n")).chunked);
  CHECK(good(with_headers("Expect: 100-Continue\r\n")).expects_continue);
}

TEST_CASE("http_head: what could be read in two ways is refused") {
  const std::string number = "400 the Content-Length is not one number";
  for (const char* value : {"+5", "-5", "5x", "0x5", "5 5", "5,5", "5, 6", "", "5.0", "1e3",
                            "18446744073709551616", "\xd9\xa5"}) {
    CAPTURE(value);
    CHECK(verdict(with_headers("Content-Length: " + std::string(value) + "\r\n")) == number);
  }
  CHECK(verdict(with_headers("Content-Length: 5\r\nContent-Length: 6\r\n")) == number);
  const std::string both = "400 there is both a Content-Length and a Transfer-Encoding";
  CHECK(verdict(with_headers("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == both);
  CHECK(verdict(with_headers("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")) == both);
  const std::string encoding = "501 the Transfer-Encoding is not chunked";
  for (const char* value :
       {"gzip", "gzip, chunked", "chunked, chunked", "identity", "", "xchunked", "chunked;a=b"}) {
    CAPTURE(value);
    CHECK(verdict(with_headers("Transfer-Encoding: " + std::string(value) + "\r\n")) == encoding);
  }
  CHECK(verdict(with_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) ==
        encoding);
  const std::string name = "400 a header's name is no token";
  CHECK(verdict(with_headers("Content-Length : 5\r\n")) == name);
  CHECK(verdict(with_headers(" Content-Length: 5\r\n")) == name);
  CHECK(verdict(with_headers("X-A: b\r\n folded: c\r\n")) == name);
  CHECK(verdict(with_headers(": b\r\n")) == name);
  CHECK(verdict(with_headers("X\x01: b\r\n")) == name);
  CHECK(verdict(with_headers("X-A: b\r\n\tfolded\r\n")) == "400 a header line has no colon");
  const std::string control = "400 a header's value has control characters";
  CHECK(verdict(with_headers("X-A: b\rContent-Length: 5\r\n")) == control);
  CHECK(verdict(with_headers(std::string("X-A: b\0c\r\n", 10))) == control);
  CHECK(verdict(with_headers("X-A: \x1b[31m\r\n")) == control);
}

TEST_CASE("http_head: request lines") {
  CHECK(verdict("PURGE * HTTP/1.1\r\n\r\n") == "good");
  CHECK(verdict("POST http://x/y HTTP/1.0\r\n\r\n") == "good");
  const std::string shape = "400 the request line is not METHOD TARGET VERSION";
  CHECK(verdict("\r\n\r\n") == shape);
  CHECK(verdict("POST\r\n\r\n") == shape);
  CHECK(verdict("POST /\r\n\r\n") == shape);
  CHECK(verdict("hello world\r\n\r\n") == shape);
  CHECK(verdict("POST / HTTP/1.1 \r\n\r\n") == "400 the version is not HTTP/1.1");
  CHECK(verdict("POST / http/1.1\r\n\r\n") == "400 the version is not HTTP/1.1");
  CHECK(verdict("POST / HTTP/1.2\r\n\r\n") == "505 the version is not HTTP/1.1");
  CHECK(verdict("POST / HTTP/3\r\n\r\n") == "505 the version is not HTTP/1.1");
  CHECK(verdict("PRI * HTTP/2.0\r\n\r\n") == "505 HTTP/2 is not spoken here");
  CHECK(verdict("PO(ST / HTTP/1.1\r\n\r\n") == "400 the method is no token");
  CHECK(verdict(" / HTTP/1.1\r\n\r\n") == "400 the method is no token");
  CHECK(verdict("\x16\x03\x01 / HTTP/1.1\r\n\r\n") == "400 the method is no token");
  const std::string target = "400 the target has spaces or control characters";
  CHECK(verdict("POST /a b HTTP/1.1\r\n\r\n") == target);
  CHECK(verdict("POST  HTTP/1.1\r\n\r\n") == target);
  CHECK(verdict("POST /\x1b HTTP/1.1\r\n\r\n") == target);
  CHECK(verdict(std::string("POST /\0 HTTP/1.1\r\n\r\n", 20)) == target);
}

TEST_CASE("http_head: limits are found before the head has ended") {
  const std::string line = "POST / HTTP/1.1\r\n";
  const auto header = [](std::size_t size) { return "A: " + std::string(size - 5, 'x') + "\r\n"; };
  CHECK(limit_of("") == "fits");
  CHECK(limit_of("POST /" + std::string(kMaxHeaderLine - 6, 'x')) == "fits");
  CHECK(limit_of("POST /" + std::string(kMaxHeaderLine - 5, 'x')) ==
        "414 the request line is over 8 KiB");
  CHECK(limit_of(line + header(kMaxHeaderLine)) == "fits");
  CHECK(limit_of(line + header(kMaxHeaderLine + 1)) == "431 a header is over 8 KiB");
  std::string many = line;
  while (many.size() + 1024 <= kMaxHead) many += header(1024);
  CHECK(limit_of(many) == "fits");
  CHECK(limit_of(many + header(1024)) == "431 the headers are over 64 KiB together");
}

TEST_CASE("http_head: a body that is there already is not the head") {
  const std::string head = with_headers("Content-Length: 100000\r\n");
  CHECK(limit_of(head + std::string(100'000, 'x')) == "fits");
}

TEST_CASE("http_head: 20,000 mutations of a good head neither crash nor slip through") {
  const std::string original =
      "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:4242\r\nContent-Type: application/json\r\n"
      "X-Slotflow-Signature: t=1773151500,v1=00ff\r\nContent-Length: 18\r\nExpect: 100-continue\r\n"
      "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n{\"event\":\"x.y\"}..";
  const std::string splices[] = {"\r\n",
                                 "\n",
                                 "\r",
                                 " ",
                                 ":",
                                 "\r\n ",
                                 "Content-Length: 3\r\n",
                                 "chunked",
                                 ",",
                                 std::string(1, '\0'),
                                 "HTTP/1.1"};
  std::size_t taken = 0;
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    Random random = Random::for_item(2026, n);
    std::string bytes = original;
    for (std::uint64_t edits = 1 + random.below(6); edits > 0 && !bytes.empty(); --edits) {
      const std::size_t at = random.below(bytes.size());
      switch (random.below(5)) {
        case 0:
          bytes[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          bytes.erase(at, 1 + random.below(20));
          break;
        case 2:
          bytes.insert(at, splices[random.below(std::size(splices))]);
          break;
        case 3:
          bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(40)));
          break;
        default:
          bytes.resize(at);
      }
    }
    head_too_large(bytes);
    const std::size_t end = head_end(bytes);
    REQUIRE((end == std::string::npos || end <= bytes.size()));
    const auto parsed = parse_head(std::string_view(bytes).substr(0, end));
    const auto* head = std::get_if<HttpHead>(&parsed);
    if (head == nullptr) continue;
    ++taken;
    CAPTURE(bytes);
    REQUIRE(!head->method.empty());
    REQUIRE(head->target.find_first_of(std::string(" \t\r\n\0", 5)) == std::string::npos);
    const bool has_length = find_header(head->headers, "Content-Length").has_value();
    REQUIRE_FALSE((has_length && head->chunked));
    REQUIRE((has_length || head->content_length == 0));
    for (const Header& header : head->headers) {
      REQUIRE(header.name.find_first_of(std::string(" \t\r\n\0:", 6)) == std::string::npos);
      REQUIRE(header.value.find_first_of(std::string("\r\n\0", 3)) == std::string::npos);
    }
  }
  CHECK(taken > 100);     // the mutations are not all hopeless
  CHECK(taken < 19'000);  // nor harmless
}
