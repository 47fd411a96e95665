// The bodies of requests and responses: lengths, chunks, trailers, and the end of the connection.
#include <doctest/doctest.h>

#include "support/enum_words.h"
#include "unit/http/pieces.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const std::string kChunkedRequest =
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kChunkedResponse = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

Reading limited(std::size_t max_body) {
  Reading reading;
  reading.limits.max_body = max_body;
  return reading;
}

struct Chunks {
  std::string bytes, verdict, body;
};

}  // namespace

TEST_CASE("http: a body of a known length") {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
  const std::string zeros("a\0\r\nb", 5);
  const Read result = read(head + zeros + "GET /next");
  CHECK(verdict(result) == "complete");
  CHECK(result.body == zeros);
  CHECK(result.consumed == head.size() + 5);
  CHECK(verdict(read(head)) == "body");
  CHECK(verdict(read(head + "four")) == "body");
  CHECK(verdict(read_response("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")) == "complete");
  // LF alone as a line's end.
  CHECK(read_response("HTTP/1.1 200 OK\nContent-Length: 8\n\nreceived").body == "received");
}

TEST_CASE("http: the end of the header section is announced before the body is read") {
  http::Reader reader(http::Role::request);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
  CHECK(reader.feed(head + "ok") == head.size());
  CHECK(reader.state() == http::Reader::State::body);
  CHECK(reader.feed("ok and more") == 2);
  CHECK(reader.state() == http::Reader::State::complete);
  CHECK(reader.feed("more") == 0);
  CHECK(reader.take_head().content_length == 2);
  CHECK(reader.take_body() == "ok");
  reader.start();
  CHECK(reader.state() == http::Reader::State::head);
  CHECK(reader.body() == "");
  CHECK(reader.feed("GET / HTTP/1.0\r\n\r\n") == 18);
  CHECK(reader.state() == http::Reader::State::complete);
  CHECK(reader.head().method == "GET");
}

TEST_CASE("http: a request without a length has no body") {
  CHECK(verdict(read("POST / HTTP/1.1\r\nHost: x\r\n\r\n")) == "complete");
  CHECK(verdict(read("POST / HTTP/1.0\r\n\r\nbody")) == "complete");
}

TEST_CASE("http: a response without a length ends with the connection") {
  for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
    const std::string bytes = std::string(version) + " 200 OK\r\n\r\nuntil the end";
    CHECK(verdict(read_response(bytes)) == "body");
    const Read result = read_response(bytes, {.ends = true});
    CHECK(verdict(result) == "complete");
    CHECK(result.body == "until the end");
  }
}

TEST_CASE("http: the end of the connection completes nothing else") {
  const Reading ends{.ends = true};
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"}) {
    CHECK(verdict(read_response(bytes, ends)) == "body");
  }
  CHECK(verdict(read_response("HTTP/1.1 200 OK\r\n", ends)) == "head");
  CHECK(verdict(read("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nok", ends)) == "body");
}

TEST_CASE("http: responses that have no body (RFC 9112, section 6.3)") {
  const auto check = [](const std::string& method, const std::string& status, bool has_none) {
    CAPTURE(method);
    CAPTURE(status);
    for (const char* header : {"", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
      const std::string head = "HTTP/1.1 " + status + "\r\n" + header + "\r\n";
      const Read result = read_response(head, {.method = method});
      CHECK(verdict(result) == (has_none ? "complete" : "body"));
      CHECK(result.head.headers.empty() == std::string_view(header).empty());
      CHECK(result.consumed == head.size());
    }
  };
  check("HEAD", "200 OK", true);
  check("HEAD", "404 Not Found", true);
  check("POST", "204 No Content", true);
  check("GET", "304 Not Modified", true);
  check("CONNECT", "200 OK", true);
  check("CONNECT", "407 X", false);
  check("POST", "200 OK", false);
  check("POST", "205 Reset Content", false);
  const Read head =
      read_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", {.method = "HEAD"});
  CHECK(head.head.content_length == 5);
}

TEST_CASE("http: chunked requests") {
  const std::string size = "400 a chunk's size is not a hexadecimal number";
  const std::string longer = "400 a chunk does not end where its size says";
  const std::string line_end = "400 a line of the chunked body does not end in CRLF";
  const std::string large = "413 the body is over 10 bytes";
  const std::string control = "400 a chunk's extension has control characters";
  const Chunks rows[] = {
      {"0\r\n\r\n", "complete", ""},
      {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "complete", "abcde"},
      {"0A\r\n0123456789\r\n00\r\n\r\n", "complete", "0123456789"},
      {"0000000000000000000a\r\n0123456789\r\n0\r\n\r\n", "complete", "0123456789"},
      {"2 ; a=\"b\"\r\n\r\n\r\n0;x\r\nX-A: b\r\nX-C: d\r\n\r\n", "complete", "\r\n"},
      {"a\r\n0123456789\r\n1\r\n", large, "0123456789"},
      {"b\r\n", large, ""},
      {"ffffffffffffffff\r\n", large, ""},
      {"10000000000000000\r\n", "400 a chunk's size is larger than 64 bits", ""},
      {"\r\n", size, ""},
      {" \r\n", size, ""},
      {" 1\r\n", size, ""},
      {"x\r\n", size, ""},
      {"zz\r\n", size, ""},
      {"1g\r\n", size, ""},
      {"1 1\r\n", size, ""},
      {"-1\r\n", size, ""},
      {"-2\r\n", size, ""},
      {"+1\r\n", size, ""},
      {"0x1\r\n", size, ""},
      {";a\r\n", size, ""},
      {"1\rX\r\n", size, ""},
      {"1;a\rb\r\n", control, ""},
      {"1;\x01\r\n", control, ""},
      {"1\n", line_end, ""},
      {"1\r\na\n", line_end, "a"},
      {"1\r\nab", longer, "a"},
      {"1\r\nok\r\n0\r\n\r\n", longer, "o"},
      {"2\r\nok0\r\n\r\n", longer, "ok"},
      {"1\r\na\rb", longer, "a"},
      {"1\r\na\r\r", longer, "a"},
      {"0\r\n\n", line_end, ""},
      {"0\r\nA: b\n", line_end, ""},
      {"0\r\nno colon\r\n", "400 a trailer line has no colon", ""},
      {"0\r\nA : b\r\n", "400 a trailer has white space before its colon", ""},
      {"0\r\nA: \x01\r\n", "400 a trailer's value has control characters", ""},
      {"0\r\nA: b\r\n c\r\n", "400 a trailer is folded into several lines", ""},
      {"", "body", ""},
      {"3\r\nab", "body", "ab"},
      {"3\r\nabc", "body", "abc"},
      {"3\r\nabc\r\n0\r\n", "body", "abc"},
  };
  for (const Chunks& row : rows) {
    CAPTURE(row.bytes);
    const Read result = read(kChunkedRequest + row.bytes, limited(10));
    CHECK(verdict(result) == row.verdict);
    CHECK(result.body == row.body);
    CHECK(result.has_head);
  }
  const std::string complete = kChunkedRequest + "1\r\nx\r\n0\r\n\r\n";
  CHECK(read(complete + "GET /next").consumed == complete.size());
}

TEST_CASE("http: chunked responses") {
  const Chunks rows[] = {
      {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "complete", "abcde"},
      {"3\nabc\n2\r\nde\n0\nA: b\n\n", "complete", "abcde"},
      {"0\r\nA: b\r\n c\r\n\r\n", "drop a trailer is folded into several lines", ""},
      {"1\r\nok\r\n0\r\n\r\n", "drop a chunk does not end where its size says", "o"},
      {"2\r\nok0\r\n\r\n", "drop a chunk does not end where its size says", "ok"},
      {"-2\r\n", "drop a chunk's size is not a hexadecimal number", ""},
      {"zz\r\n", "drop a chunk's size is not a hexadecimal number", ""},
      {"10000000000000000\r\n", "drop a chunk's size is larger than 64 bits", ""},
      {"0\r\nA\rB: c\r\n", "drop a trailer line has a CR without an LF", ""},
  };
  for (const Chunks& row : rows) {
    CAPTURE(row.bytes);
    const Read result = read_response(kChunkedResponse + row.bytes);
    CHECK(verdict(result) == row.verdict);
    CHECK(result.body == row.body);
  }
}

TEST_CASE("http: the limits of chunk lines and trailers") {
  const std::string filler(8 * 1024, 'x');
  const std::string over = " a chunk's size line is over 8 KiB";
  CHECK(verdict(read(kChunkedRequest + "1;" + filler)) == "400" + over);
  CHECK(verdict(read_response(kChunkedResponse + "1;" + filler)) == "drop" + over);
  CHECK(verdict(read_response(kChunkedResponse + std::string(9000, '0'))) == "drop" + over);
  CHECK(verdict(read(kChunkedRequest + "1;" + filler.substr(4) + "\r\na\r\n0\r\n\r\n")) ==
        "complete");
  std::string trailers = "0\r\n";
  while (trailers.size() < 60'000) trailers += "X-A: " + std::string(1000, 'x') + "\r\n";
  CHECK(verdict(read(kChunkedRequest + trailers + "\r\n")) == "complete");
  while (trailers.size() < 70'000) trailers += "X-A: " + std::string(1000, 'x') + "\r\n";
  CHECK(verdict(read(kChunkedRequest + trailers)) == "431 the trailers are over 64 KiB together");
  CHECK(verdict(read_response(kChunkedResponse + trailers)) ==
        "drop the trailers are over 64 KiB together");
  Reading reading;
  reading.limits.max_line = 8 * 1024;
  CHECK(verdict(read(kChunkedRequest + "0\r\nA: " + filler, reading)) ==
        "431 a trailer is over 8 KiB");
}

TEST_CASE("http: a request with a body over the limit is rejected as soon as its size is known") {
  const auto head = [](const std::string& length) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
  };
  const std::string large = "413 the body is over 10 bytes";
  CHECK(verdict(read(head("11"), limited(10))) == large);
  CHECK(read(head("11"), limited(10)).has_head);
  CHECK(verdict(read(head("18446744073709551615"), limited(10))) == large);
  CHECK(verdict(read(head("10") + "0123456789", limited(10))) == "complete");
  CHECK(verdict(read(kChunkedRequest + "5\r\n01234\r\n6\r\n", limited(10))) == large);
}

TEST_CASE("http: of a response's body over the limit the beginning is kept") {
  const std::string length = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n";
  const auto check = [](const std::string& bytes, const std::string& expected, bool cut) {
    Reading reading = limited(10);
    reading.ends = true;
    const Read result = read_response(bytes, reading);
    CHECK(result.body == "0123456789");
    CHECK(result.cut == cut);
    CHECK(verdict(result) == expected);
  };
  check(length + "0123456789ab", "complete", true);
  check(length + "0123456789a", "body", true);
  check(length + "0123456789", "body", false);
  check(kChunkedResponse + "8\r\n01234567\r\n4\r\n89ab\r\n1\r\nc\r\n0\r\n\r\n", "complete", true);
  check(kChunkedResponse + "a\r\n0123456789\r\n0\r\n\r\n", "complete", false);
  check("HTTP/1.1 200 OK\r\n\r\n0123456789ab", "complete", true);
  check("HTTP/1.1 200 OK\r\n\r\n0123456789", "complete", false);
}

TEST_CASE("http: a body of gigabytes takes only the memory of the part that is kept") {
  http::Limits limits;
  limits.max_body = 1000;
  const std::string piece(1 << 20, 'x');
  for (const char* header :
       {"", "Content-Length: 18446744073709551615\r\n", "Transfer-Encoding: chunked\r\n"}) {
    http::Reader reader(http::Role::response, limits);
    reader.feed("HTTP/1.1 200 OK\r\n" + std::string(header) + "\r\n");
    if (reader.head().chunked) reader.feed("ffffffffffffffff\r\n");
    for (int i = 0; i < 100; ++i) REQUIRE(reader.feed(piece) == piece.size());
    CHECK(reader.state() == http::Reader::State::body);
    CHECK(reader.body_cut());
    CHECK(reader.body().capacity() < 4000);
  }
  // What is announced is not reserved.
  http::Reader request(http::Role::request);
  request.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  CHECK(request.body().capacity() < 1000);
}
