// Mutations of good messages: no crash, and nothing that could be read in two ways slips through.
#include <doctest/doctest.h>

#include "unit/http/pieces.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string mutated(std::string bytes, Random& random) {
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
                                 "HTTP/1.1",
                                 "Host: y\r\n"};
  for (std::uint64_t edits = 1 + random.below(4); edits > 0 && !bytes.empty(); --edits) {
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
        if (random.below(4) == 0) bytes.resize(at);
    }
  }
  return bytes;
}

void check_head(const http::Head& head) {
  const bool has_length = find_header(head.headers, "Content-Length").has_value();
  REQUIRE_FALSE((has_length && head.chunked));
  REQUIRE(has_length == head.content_length.has_value());
  for (const Header& header : head.headers) {
    REQUIRE(http::is_token(header.name));
    REQUIRE(header.value.find_first_of(std::string("\r\n\0", 3)) == std::string::npos);
  }
}

// Returns how many of the mutations are accepted as a whole header section.
std::size_t accepted(const std::string& original, const Reading& reading) {
  std::size_t count = 0;
  for (std::uint64_t n = 0; n < 4'000; ++n) {
    Random random = Random::for_item(2026, n);
    const std::string bytes = mutated(original, random);
    const Read result = read(bytes, reading);
    if (!result.has_head) continue;
    ++count;
    CAPTURE(bytes);
    check_head(result.head);
    if (reading.role == http::Role::response) {
      REQUIRE(result.head.status >= 200);
      REQUIRE(result.head.status <= 599);
      continue;
    }
    REQUIRE(http::is_token(result.head.method));
    REQUIRE(result.head.target.find_first_of(std::string(" \t\r\n\0", 5)) == std::string::npos);
  }
  return count;
}

}  // namespace

TEST_CASE("http: mutations of a good request") {
  const std::string head =
      "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:4242\r\nContent-Type: application/json\r\n"
      "X-Slotflow-Signature: t=1773151500,v1=00ff\r\nExpect: 100-continue\r\n"
      "Connection: keep-alive\r\n";
  for (const char* rest : {"Content-Length: 18\r\n\r\n{\"event\":\"x.y\"}..",
                           "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n"}) {
    const std::size_t count = accepted(head + rest, {.limits = {.max_body = 30}});
    CHECK(count > 400);    // the mutations are not all hopeless
    CHECK(count < 3'800);  // nor harmless
  }
}

TEST_CASE("http: mutations of a good response") {
  const std::string head =
      "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nX-Plain: a b\r\n"
      "Content-Type: text/plain\r\nConnection: keep-alive\r\n";
  for (const char* rest : {"Content-Length: 5\r\n\r\nhello", "\r\nhello",
                           "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n"}) {
    const std::size_t count = accepted(
        head + rest, {.role = http::Role::response, .limits = {.max_body = 4}, .ends = true});
    CHECK(count > 400);
    CHECK(count < 3'800);
  }
}
