// The header sections of responses.
#include <doctest/doctest.h>

#include "unit/http/pieces.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string judge_response(const std::string& bytes, const Reading& reading = {}) {
  return verdict(read_response(bytes, reading));
}

std::string response_with(const std::string& headers) {
  return "HTTP/1.1 200 OK\r\n" + headers + "\r\n";
}

}  // namespace

TEST_CASE("http: a response is kept as it was received") {
  const Read result = read_response(
      "HTTP/1.1 200 Fine\r\nZ-First: 1\r\nLocation: /l?next=%2Fa%3Fb%3D1\r\nX-Empty:\r\n"
      "X-A: Zoe%0D%0ASet-Cookie: admin=1\r\nA-Last: \xff\r\nContent-Length: 0\r\n\r\n");
  CHECK(verdict(result) == "complete");
  CHECK(result.head.status == 200);
  CHECK(result.head.reason == "Fine");
  const std::vector<Header> expected = {{"Z-First", "1"},   {"Location", "/l?next=%2Fa%3Fb%3D1"},
                                        {"X-Empty", ""},    {"X-A", "Zoe%0D%0ASet-Cookie: admin=1"},
                                        {"A-Last", "\xff"}, {"Content-Length", "0"}};
  CHECK(result.head.headers == expected);
}

TEST_CASE("http: a folded header is rejected, not unfolded (RFC 9112, section 5.2)") {
  for (const char* headers :
       {"A: one\r\n two\r\n", "A: one\r\n\ttwo\r\n", "A:\r\n b\r\n", "A: b\n \n"}) {
    CHECK(judge_response(response_with(headers)) == "drop a header is folded into several lines");
  }
  CHECK(judge_response(response_with(" A: b\r\n")) ==
        "drop there is white space before the first header");
}

TEST_CASE("http: status lines") {
  const std::string not_http = "drop the response is not HTTP/1.1";
  const std::string shape = "drop the status line is not VERSION STATUS REASON";
  const std::string digits = "drop the status is not three digits";
  const std::string upgrade = "drop the status is 101, but no upgrade was requested";
  // Nothing but the beginning: it is rejected before the header section has ended.
  const Row rows[] = {
      {"S", not_http},
      {"SSH-2.0-OpenSSH_9.2\r\n", not_http},
      {"\r\nHTTP/1.1 200 OK\r\n", not_http},
      {"HTTP/2", not_http},
      {"HTTP/1\n", not_http},
      {"http/1.1 200 OK\r\n", not_http},
      {std::string("\0\0\0\x04", 4), not_http},
      {"<html>", not_http},
      {"HTTP/1.", "head"},
      {"HTTP/1.x 200 OK\r\n", shape},
      {"HTTP/1.10 200 OK\r\n", shape},
      {"HTTP/1.1\r\n", shape},
      {"HTTP/1.1\t200 OK\r\n", shape},
      {"HTTP/1.1 abc OK\r\n", digits},
      {"HTTP/1.1 20 OK\r\n", digits},
      {"HTTP/1.1 2000 OK\r\n", digits},
      {"HTTP/1.1  200 OK\r\n", digits},
      {"HTTP/1.1 +20 OK\r\n", digits},
      {"HTTP/1.1 200\tOK\r\n", digits},
      {"HTTP/1.1 \r\n", digits},
      {"HTTP/1.1 099 Low\r\n", "drop the status 099 is outside 100 to 599"},
      {"HTTP/1.1 600 High\r\n", "drop the status 600 is outside 100 to 599"},
      {"HTTP/1.1 999\r\n", "drop the status 999 is outside 100 to 599"},
      {"HTTP/1.1 101 Switching Protocols\r\n", upgrade},
      {"HTTP/1.1 200 O\rK\r\n", "drop the status line has a CR without an LF"},
      {std::string("HTTP/1.1 200 O\0K\r\n", 18), "drop the status line has a NUL byte"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    CHECK(judge_response(row.bytes) == row.verdict);
  }
}

TEST_CASE("http: the reason phrase is kept byte for byte") {
  const auto reason = [](const std::string& text) {
    const Read result = read_response("HTTP/1.1 204" + text + "\r\n\r\n");
    REQUIRE(verdict(result) == "complete");
    return result.head.reason;
  };
  CHECK(reason("") == "");
  CHECK(reason(" ") == "");
  CHECK(reason("  Two  spaces ") == " Two  spaces ");
  CHECK(reason(" \xff\x1b[1m") == "\xff\x1b[1m");
  CHECK(reason(" " + std::string(60'000, 'x')).size() == 60'000);
}

TEST_CASE("http: interim responses are skipped, with any headers") {
  const std::string last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  for (const char* interim : {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102\n\n",
                              "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: 9\r\n"
                              "Transfer-Encoding: x\r\nConnection: close\r\n\r\n",
                              "HTTP/1.1 199 X\r\nContent-Length: -1\r\n\r\n"}) {
    const Read result = read_response(std::string(interim) + interim + last);
    CHECK(verdict(result) == "complete");
    CHECK(result.head.status == 200);
    CHECK(result.head.headers.size() == 1);
    CHECK(result.head.keep_alive);
    CHECK(result.body == "ok");
  }
  http::Reader reader(http::Role::response);
  reader.feed("HTTP/1.1 100 Continue\r\n\r\n");
  CHECK_FALSE(reader.started());
}

TEST_CASE("http: only the whole header section of a response is limited") {
  const Read result = read_response("HTTP/1.1 204 X\r\nA: " + std::string(9'000, 'a') + "\r\n\r\n");
  CHECK(verdict(result) == "complete");
  CHECK(result.head.headers.at(0).value.size() == 9'000);
  const std::string over = "drop the headers are over 64 KiB together";
  CHECK(judge_response(response_with("A: " + std::string(70'000, 'a') + "\r\n")) == over);
  std::string many;
  while (many.size() < 64 * 1024) many += "X-Filler: " + std::string(100, 'x') + "\r\n";
  CHECK(judge_response(response_with(many)) == over);
  CHECK(judge_response("HTTP/1.1 200 " + std::string(70'000, 'a')) ==
        "drop the status line is over 64 KiB");
}

TEST_CASE("http: broken headers of a response are rejected as soon as they are complete") {
  const Row rows[] = {
      {"no colon\r\n", "a header line has no colon"},
      {"A : b\r\n", "a header has white space before its colon"},
      {": b\r\n", "a header has no name"},
      {"A B: c\r\n", "a header's name is not a token"},
      {"A: b\rc\r\n", "a header line has a CR without an LF"},
      {std::string("A: b\0c\r\n", 8), "a header's value has a NUL byte"},
      {"A: \x01\r\n", "a header's value has control characters"},
  };
  for (const Row& row : rows)
    CHECK(judge_response("HTTP/1.1 200 OK\r\n" + row.bytes) == "drop " + row.verdict);
}

TEST_CASE("http: framing that readers could understand in two ways is rejected") {
  const Row rows[] = {
      {"Content-Length: -1\r\n", "the Content-Length does not consist of digits"},
      {"Content-Length: abc\r\n", "the Content-Length does not consist of digits"},
      {"Content-Length: 18446744073709551616\r\n", "the Content-Length is larger than 64 bits"},
      {"Content-Length: 2\r\nContent-Length: 3\r\n", "there are different Content-Lengths"},
      {"Transfer-Encoding: gzip\r\n", "the Transfer-Encoding is not chunked"},
      {"Transfer-Encoding: gzip, chunked\r\n", "the Transfer-Encoding is not chunked"},
      {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
       "there is both a Content-Length and a Transfer-Encoding"},
  };
  for (const Row& row : rows)
    CHECK(judge_response(response_with(row.bytes)) == "drop " + row.verdict);
}

TEST_CASE("http: whether a response keeps the connection") {
  const auto keeps = [](const std::string& bytes) {
    const Read result = read_response(bytes);
    REQUIRE(result.has_head);
    return result.head.keep_alive;
  };
  const std::string length = "Content-Length: 0\r\n";
  CHECK(keeps("HTTP/1.1 200 OK\r\n" + length + "\r\n"));
  CHECK(keeps("HTTP/1.1 204 X\r\n\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n" + length + "\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0 200 OK\r\n" + length + "\r\n"));
  CHECK(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + length + "\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\n\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"));
  CHECK_FALSE(
      keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"));
}
