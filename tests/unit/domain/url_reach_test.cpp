#include <doctest/doctest.h>

#include "domain/url.h"

using namespace slotflow;

namespace {

std::string reason(std::string_view text) {
  return undeliverable_reason(parse_url("--url", text)).value_or("none");
}

}  // namespace

TEST_CASE("url reach: public https is fine") {
  for (const char* text : {"https://example.com/hook", "https://8.8.8.8/", "https://172.32.0.1/",
                           "https://100.128.0.1/", "https://192.167.1.1/", "https://11.0.0.1/",
                           "https://[2606:4700::1111]/", "https://[::ffff:8.8.8.8]/",
                           "https://[64:ff9b::808:808]/", "https://a.example.com./"}) {
    CAPTURE(text);
    CHECK(reason(text) == "none");
  }
}

TEST_CASE("url reach: plain http is rejected for other hosts") {
  CHECK(reason("http://example.com/") == "the URL uses plain http, but Slotflow requires https");
}

TEST_CASE("url reach: names that are not public hosts") {
  const std::string tail = ", which is not reachable from the internet";
  CHECK(reason("https://localhost:3000/") == "localhost is this machine" + tail);
  CHECK(reason("http://localhost./") == "localhost. is this machine" + tail);
  CHECK(reason("https://app.localhost/") == "app.localhost is this machine" + tail);
  CHECK(reason("https://devbox/") == "devbox is a name without a domain" + tail);
}

TEST_CASE("url reach: IPv4 addresses that are not public") {
  struct Case {
    const char* host;
    const char* kind;
  };
  for (const Case& one : {Case{"127.0.0.1", "a loopback address"},
                          {"127.255.255.255", "a loopback address"},
                          {"127.1", "a loopback address"},
                          {"0x7f.1", "a loopback address"},
                          {"2130706433", "a loopback address"},
                          {"017700000001", "a loopback address"},
                          {"0.0.0.0", "an address of this machine only"},
                          {"10.0.0.1", "a private address"},
                          {"172.16.0.1", "a private address"},
                          {"172.31.255.255", "a private address"},
                          {"192.168.1.1", "a private address"},
                          {"169.254.169.254", "a link-local address"},
                          {"100.64.0.1", "a shared address behind a provider's NAT"},
                          {"192.0.0.1", "a reserved address"},
                          {"192.0.2.1", "an address for documentation"},
                          {"198.51.100.1", "an address for documentation"},
                          {"203.0.113.1", "an address for documentation"},
                          {"198.19.0.1", "an address for benchmarks"},
                          {"224.0.0.1", "a multicast address"},
                          {"255.255.255.255", "a reserved address"}}) {
    CAPTURE(one.host);
    CHECK(reason("https://" + std::string(one.host) + "/") ==
          std::string(one.host) + " is " + one.kind + ", which is not reachable from the internet");
  }
}

TEST_CASE("url reach: IPv6 addresses that are not public") {
  struct Case {
    const char* host;
    const char* kind;
  };
  for (const Case& one : {Case{"::1", "a loopback address"},
                          {"::", "an address of this machine only"},
                          {"::ffff:127.0.0.1", "a loopback address"},
                          {"::ffff:10.1.2.3", "a private address"},
                          {"64:ff9b::a00:1", "a private address"},
                          {"2002:7f00:1::", "a loopback address"},
                          {"fe80::1", "a link-local address"},
                          {"fc00::1", "a private address"},
                          {"fdff::1", "a private address"},
                          {"fec0::1", "a private address"},
                          {"ff02::1", "a multicast address"},
                          {"2001:db8::1", "an address for documentation"},
                          {"3fff::1", "an address for documentation"},
                          {"2001::1", "a reserved address"},
                          {"100::1", "a reserved address"},
                          {"4000::1", "a reserved address"}}) {
    CAPTURE(one.host);
    CHECK(reason("https://[" + std::string(one.host) + "]/") ==
          std::string(one.host) + " is " + one.kind + ", which is not reachable from the internet");
  }
}

TEST_CASE("url: loopback hosts are this machine") {
  for (const char* host :
       {"localhost", "app.localhost", "127.0.0.1", "127.9.9.9", "127.1", "::1"}) {
    CAPTURE(host);
    CHECK(is_loopback(host));
  }
  for (const char* host : {"example.com", "localhost.example.com", "127.example.com", "128.0.0.1",
                           "10.0.0.1", "::", "fe80::1"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback(host));
  }
}
