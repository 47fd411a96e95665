// The header sections of requests.
#include <doctest/doctest.h>

#include "http/target.h"
#include "unit/http/pieces.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// The limits of our server.
const Reading kServer{.limits = {.max_line = 8 * 1024}};

std::string judge_request(const std::string& bytes) {
  return verdict(read(bytes, kServer));
}

std::string request_with(const std::string& headers) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

http::Head head_of(const std::string& bytes) {
  const Read result = read(bytes, kServer);
  CAPTURE(bytes);
  REQUIRE_MESSAGE(result.has_head, verdict(result));
  return result.head;
}

void check_headers(std::initializer_list<std::string> headers, const std::string& expected) {
  for (const std::string& header : headers) {
    CAPTURE(header);
    CHECK(judge_request(request_with(header)) == expected);
  }
}

}  // namespace

TEST_CASE("http: a request's headers are kept as they were received") {
  const http::Head head = head_of(
      "POST /a%20b?c=d&e HTTP/1.1\r\nHost: x\r\nx-LOWER: 1\r\nX-Twice: a\r\nX-Empty:\r\n"
      "X-Twice: b\r\nX-Space:  \t v\t w \t \r\nX-Colon: a:b\r\nX-Byte: \xff\r\n"
      "X-Code: a%0D%0Ab\r\n\r\n");
  CHECK(head.method == "POST");
  CHECK(head.target == "/a%20b?c=d&e");
  CHECK(head.minor_version == 1);
  const std::vector<Header> expected = {
      {"Host", "x"},      {"x-LOWER", "1"},   {"X-Twice", "a"},
      {"X-Empty", ""},    {"X-Twice", "b"},   {"X-Space", "v\t w"},
      {"X-Colon", "a:b"}, {"X-Byte", "\xff"}, {"X-Code", "a%0D%0Ab"}};
  CHECK(head.headers == expected);
  CHECK(head.keep_alive);
  CHECK_FALSE(head.chunked);
  CHECK_FALSE(head.content_length.has_value());
  CHECK_FALSE(head.expects_continue);
}

TEST_CASE("http: lines end in CRLF, LF or a mixture (RFC 9112, section 2.2)") {
  const http::Head expected = head_of("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n");
  CHECK(head_of("GET / HTTP/1.1\nHost: x\nA: b\n\n") == expected);
  CHECK(head_of("GET / HTTP/1.1\nHost: x\r\nA: b\n\r\n") == expected);
  CHECK(head_of("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\n") == expected);
}

TEST_CASE("http: bytes after a request without a body are not consumed") {
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  CHECK(read(request + "GET /2 HTTP/1.1\r\n", kServer).consumed == request.size());
  CHECK(read(request, kServer).consumed == request.size());
}

TEST_CASE("http: empty lines before a request are ignored, up to 8 KiB") {
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  CHECK(judge_request("\r\n" + request) == "complete");
  CHECK(judge_request("\n\r\n\n" + request) == "complete");
  std::string lines;
  while (lines.size() < 8 * 1024) lines += "\r\n";
  CHECK(judge_request(lines + request) == "complete");
  const std::string over = "400 there are over 8 KiB of empty lines before the request";
  CHECK(judge_request(lines + "\n" + request) == over);
  CHECK(judge_request(lines + lines) == over);
  CHECK(judge_request("\r" + request) == "400 the request line has a CR without an LF");
  CHECK(judge_request("\r\r\n" + request) == "400 the request line has a CR without an LF");
}

TEST_CASE("http: request lines") {
  const std::string shape = "400 the request line is not METHOD TARGET VERSION";
  const std::string version = "the version is not HTTP/1.1";
  const std::string method = "400 the method is not a token";
  const std::string target = "400 the target has spaces or control characters";
  // Nothing but the line: it is rejected before the header section has ended.
  const Row rows[] = {
      {"GET /\r\n", shape},
      {"POST\r\n", shape},
      {"SSH-2.0-OpenSSH_9.2\r\n", shape},
      {"EHLO example.com\r\n", shape},
      {"hello world\n", shape},
      {"POST / HTTP/1.1 \r\n", "400 " + version},
      {"POST / http/1.1\r\n", "400 " + version},
      {"POST / HTTP/1.1x\r\n", "505 " + version},
      {"POST / HTTP/1.\r\n", "505 " + version},
      {"POST / HTTP/0.9\r\n", "505 " + version},
      {"POST / HTTP/3\r\n", "505 " + version},
      {"PRI * HTTP/2.0\r\n", "505 HTTP/2 is not supported"},
      {"PO(ST / HTTP/1.1\r\n", method},
      {"P\xc3\xb6ST / HTTP/1.1\r\n", method},
      {" / HTTP/1.1\r\n", method},
      {"POST /a b HTTP/1.1\r\n", target},
      {"POST /a\tb HTTP/1.1\r\n", target},
      {"POST  HTTP/1.1\r\n", target},
      {"POST /\x1b HTTP/1.1\r\n", target},
      {"POST /\x7f HTTP/1.1\r\n", target},
      {std::string("POST /\0 HTTP/1.1\r\n", 18), target},
      {"POST /\r HTTP/1.1\r\n", "400 the request line has a CR without an LF"},
      {"POST / HTTP/1.1\r\r\n", "400 the request line has a CR without an LF"},
      {"POST / HTTP/1.1\r\n", "head"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    CHECK(judge_request(row.bytes) == row.verdict);
  }
}

TEST_CASE("http: first bytes that no request has are rejected without a line end") {
  CHECK(judge_request("\x16\x03") ==
        "drop the client speaks TLS, but this receiver expects plain HTTP");
  CHECK(judge_request("\x16\x03\x01 and more\r\n") ==
        "drop the client speaks TLS, but this receiver expects plain HTTP");
  CHECK(judge_request("\r\n\x16\x03") ==
        "drop the client speaks TLS, but this receiver expects plain HTTP");
  CHECK(judge_request("\x16") == "head");
  CHECK(judge_request("\x16\x02") == "400 the method is not a token");
  CHECK(judge_request("{") == "400 the method is not a token");
  CHECK(judge_request(std::string(1, '\0')) == "400 the method is not a token");
  CHECK(judge_request("G") == "head");
}

TEST_CASE("http: a higher minor version is read as HTTP/1.1 (RFC 9110, section 2.5)") {
  const http::Head head =
      head_of("POST / HTTP/1.2\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  CHECK(head.minor_version == 2);
  CHECK(head.keep_alive);
  CHECK(head.expects_continue);
  CHECK(judge_request("POST / HTTP/1.9\r\n\r\n") == "400 there is no Host header");
}

TEST_CASE("http: the four forms of a target (RFC 9112, section 3.2)") {
  const std::string neither = "400 the target is neither a path nor a URL";
  const std::string host = "400 the host in the target is not valid";
  const std::string connect = "400 the target of CONNECT is not HOST:PORT";
  const Row rows[] = {
      {"GET /", "head"},
      {"GET //x/../y?a=[b]|\"c\"#d", "head"},
      {"GET /\xc3\xbc\xff", "head"},
      {"GET foo/bar", neither},
      {"GET ?q", neither},
      {"GET example.com:80", neither},
      {"GET ftp://h/", neither},
      {"GET http:/h/", neither},
      {"GET http://h?q=1", "head"},
      {"GET HTTPS://H:443/x", "head"},
      {"GET http://[::1]:80", "head"},
      {"GET http://", host},
      {"GET http:///x", host},
      {"GET http://:80/", host},
      {"GET http://u:p@h/", host},
      {"GET http://[::1/", host},
      {"GET http://h:8x/", host},
      {"OPTIONS *", "head"},
      {"OPTIONS /x", "head"},
      {"GET *", "400 the target * is for OPTIONS only"},
      {"PURGE *", "400 the target * is for OPTIONS only"},
      {"OPTIONS **", neither},
      {"CONNECT example.com:443", "head"},
      {"CONNECT [::1]:443", "head"},
      {"CONNECT example.com", connect},
      {"CONNECT example.com:", connect},
      {"CONNECT :443", connect},
      {"CONNECT /", connect},
      {"CONNECT http://h:1/", connect},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    CHECK(judge_request(row.bytes + " HTTP/1.1\r\n") == row.verdict);
  }
}

TEST_CASE("http: origin_form() is the path and query of a target") {
  const std::pair<std::string, std::string> rows[] = {
      {"/", "/"},
      {"/a?b=http://c/", "/a?b=http://c/"},
      {"http://h", "/"},
      {"http://h?q=1", "/?q=1"},
      {"http://h/hook?x=1", "/hook?x=1"},
      {"HTTPS://h:1/a//b", "/a//b"},
      {"*", "*"},
      {"example.com:443", "example.com:443"},
  };
  for (const auto& [target, expected] : rows) CHECK(http::origin_form(target) == expected);
}

TEST_CASE("http: Host (RFC 9112, section 3.2)") {
  const std::string invalid = "400 the Host header is not HOST or HOST:PORT";
  const Row rows[] = {
      {"", "400 there is no Host header"},
      {"Host: a\r\nHost: a\r\n", "400 there is more than one Host header"},
      {"Host: a\r\nhOST: b\r\n", "400 there is more than one Host header"},
      {"Host: a b\r\n", "400 the Host header has white space"},
      {"Host:\r\n", "complete"},
      {"Host: example.com\r\n", "complete"},
      {"Host: 127.0.0.1:4242\r\n", "complete"},
      {"Host: a_b-c.~!$&'()*+,;=\r\n", "complete"},
      {"Host: a%C3%BC:\r\n", "complete"},
      {"Host: [::1]:80\r\n", "complete"},
      {"Host: [::ffff:1.2.3.4]\r\n", "complete"},
      {"Host: [::1\r\n", invalid},
      {"Host: [::1]x\r\n", invalid},
      {"Host: []\r\n", invalid},
      {"Host: [1.2.3.4]\r\n", invalid},
      {"Host: ::1\r\n", invalid},
      {"Host: a:80:80\r\n", invalid},
      {"Host: a:8x\r\n", invalid},
      {"Host: a:-1\r\n", invalid},
      {"Host: u@a\r\n", invalid},
      {"Host: a/b\r\n", invalid},
      {"Host: http://a\r\n", invalid},
      {"Host: a%2\r\n", invalid},
      {"Host: a%zz\r\n", invalid},
      {"Host: <a>\r\n", invalid},
      {"Host: \xc3\xbc\r\n", invalid},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    CHECK(judge_request("GET / HTTP/1.1\r\n" + row.bytes + "\r\n") == row.verdict);
    // HTTP/1.0 needs none.
    const std::string expected = row.bytes.empty() ? "complete" : row.verdict;
    CHECK(judge_request("GET / HTTP/1.0\r\n" + row.bytes + "\r\n") == expected);
  }
}

TEST_CASE("http: is_host() does not read past its text") {
  const std::string_view text = "a%2F";
  CHECK(http::is_host(text));
  CHECK_FALSE(http::is_host(text.substr(0, 3)));
}

TEST_CASE("http: header lines") {
  check_headers({"no colon\r\n", "Content-Length\r\n"}, "400 a header line has no colon");
  check_headers({": b\r\n", ":\r\n"}, "400 a header has no name");
  check_headers({"Content-Length : 5\r\n", "A\t: b\r\n"},
                "400 a header has white space before its colon");
  check_headers(
      {"A B: c\r\n", "X\x01: b\r\n", "(A): b\r\n", "\xc3\xbc: b\r\n", std::string("A\0: b\r\n", 7)},
      "400 a header's name is not a token");
  check_headers({"A: b\r\n folded: c\r\n", "A: b\r\n\tfolded\r\n", "A: b\r\n \r\n"},
                "400 a header is folded into several lines");
  check_headers({"A: b\rContent-Length: 5\r\n", "A: b\r\r\n", "A\rB: c\r\n", "\rA: b\r\n"},
                "400 a header line has a CR without an LF");
  check_headers({std::string("A: b\0c\r\n", 8)}, "400 a header's value has a NUL byte");
  check_headers({"A: \x1b[31m\r\n", "A: \x7f\r\n", "A: b\x0b\r\n"},
                "400 a header's value has control characters");
  CHECK(judge_request("GET / HTTP/1.1\r\n Host: x\r\n\r\n") ==
        "400 there is white space before the first header");
}

TEST_CASE("http: a wrong line is rejected before the next one arrives") {
  CHECK(judge_request("GET / HTTP/1.1\r\nno colon\r\n") == "400 a header line has no colon");
  CHECK(judge_request("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n") ==
        "400 a header is folded into several lines");
}

TEST_CASE("http: Content-Length (RFC 9112, section 6.3)") {
  const auto length = [](const std::string& headers) {
    return head_of(request_with(headers)).content_length;
  };
  CHECK(length("content-length: 12\r\n") == 12);
  CHECK(length("Content-Length: 0\r\n") == 0);
  CHECK(length("Content-Length: 012\r\n") == 12);
  CHECK(length("Content-Length: 5,5 , 05\r\n") == 5);
  CHECK(length("Content-Length: 5\r\nContent-Length: 5\r\n") == 5);
  const std::string digits = "400 the Content-Length does not consist of digits";
  for (const char* value : {"+5", "-1", "-0", "abc", "5x", "0x5", "5 5", "5,", ",5", "5,,5", ",",
                            "", "5.0", "1e3", "\xd9\xa5", "5;5"}) {
    check_headers({"Content-Length: " + std::string(value) + "\r\n"}, digits);
  }
  check_headers({"Content-Length: 18446744073709551616\r\n",
                 "Content-Length: 5, 99999999999999999999999\r\n"},
                "400 the Content-Length is larger than 64 bits");
  check_headers({"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
                 "Content-Length: 5, 5\r\nContent-Length: 5, 6\r\n"},
                "400 there are different Content-Lengths");
  CHECK(judge_request(request_with("Content-Length: 18446744073709551615\r\n")) ==
        "413 the body is over 1048576 bytes");
}

TEST_CASE("http: Transfer-Encoding (RFC 9112, section 6.1)") {
  CHECK(head_of(request_with("Transfer-Encoding: Chunked\r\n")).chunked);
  for (const char* value :
       {"gzip", "gzip, chunked", "chunked, chunked", "identity", "", "xchunked", "chunked;a=b"}) {
    check_headers({"Transfer-Encoding: " + std::string(value) + "\r\n"},
                  "501 the Transfer-Encoding is not chunked");
  }
  check_headers({"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
                "501 the Transfer-Encoding is not chunked");
  check_headers({"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                 "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"},
                "400 there is both a Content-Length and a Transfer-Encoding");
}

TEST_CASE("http: whether a request keeps the connection (RFC 9112, section 9.3)") {
  const auto keeps = [](const std::string& version, const std::string& headers) {
    return head_of("POST / " + version + "\r\nHost: x\r\n" + headers + "\r\n").keep_alive;
  };
  CHECK(keeps("HTTP/1.1", ""));
  CHECK(keeps("HTTP/1.1", "Connection: closed\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "connection: upgrade, CLOSE\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: upgrade\r\nConnection: ,close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", ""));
  CHECK(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
  // Chunks are not in HTTP/1.0 (RFC 9112, section 6.1).
  CHECK_FALSE(keeps("HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n"));
}

TEST_CASE("http: Expect: 100-continue, except in HTTP/1.0 (RFC 9110, section 10.1.1)") {
  const auto expects = [](const std::string& version, const std::string& value) {
    return head_of("POST / " + version + "\r\nHost: x\r\nContent-Length: 1\r\nExpect: " + value +
                   "\r\n\r\n")
        .expects_continue;
  };
  CHECK(expects("HTTP/1.1", "100-Continue"));
  CHECK(expects("HTTP/1.1", "a=b, 100-continue"));
  CHECK_FALSE(expects("HTTP/1.1", "200-ok"));
  CHECK_FALSE(expects("HTTP/1.0", "100-continue"));
}

TEST_CASE("http: the limits of a request's header section") {
  const std::string line = "POST / HTTP/1.1\r\n";
  const auto header = [](std::size_t size) { return "A: " + std::string(size - 5, 'x') + "\r\n"; };
  const std::size_t limit = 8 * 1024;
  const std::string filler(limit, 'x');
  CHECK(judge_request("POST /" + filler.substr(6)) == "head");
  CHECK(judge_request("POST /" + filler.substr(5)) == "414 the request line is over 8 KiB");
  CHECK(judge_request("POST /" + filler.substr(17) + " HTTP/1.1\r\n") == "head");
  CHECK(judge_request("POST /" + filler.substr(16) + " HTTP/1.1\r\n") ==
        "414 the request line is over 8 KiB");
  CHECK(judge_request(line + header(limit)) == "head");
  CHECK(judge_request(line + header(limit + 1)) == "431 a header is over 8 KiB");
  CHECK(judge_request(line + "A: " + filler) == "431 a header is over 8 KiB");
  std::string many = line;
  while (many.size() + 1024 <= 64 * 1024) many += header(1024);
  many += header(64 * 1024 - many.size());
  CHECK(judge_request(many) == "head");
  CHECK(judge_request(many + "\r") == "431 the headers are over 64 KiB together");
  CHECK(judge_request(many + header(1024)) == "431 the headers are over 64 KiB together");
}

TEST_CASE("http: a request with 16,000 empty headers is rejected") {
  std::string headers = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 999; ++i) headers += "a:\r\n";
  CHECK(judge_request(headers + "\r\n") == "complete");
  CHECK(judge_request(headers + "a:\r\n") == "431 there are over 1000 headers");
  for (int i = 0; i < 15'000; ++i) headers += "a:\r\n";
  CHECK(judge_request(headers + "\r\n") == "431 there are over 1000 headers");
}

TEST_CASE("http: the part read of a rejected request is available") {
  const Read result = read("PUT /x HTTP/1.1\r\nHost: y\r\nno colon\r\n\r\n", kServer);
  CHECK_FALSE(result.has_head);
  CHECK(result.head.method == "PUT");
  CHECK(result.head.target == "/x");
  CHECK(result.head.headers == std::vector<Header>{{"Host", "y"}});
}

TEST_CASE("http: when a message has started") {
  http::Reader reader(http::Role::request);
  CHECK_FALSE(reader.started());
  reader.feed("\r\n\r");
  CHECK_FALSE(reader.started());
  reader.feed("\nG");
  CHECK(reader.started());
  reader.start();
  CHECK_FALSE(reader.started());
}
