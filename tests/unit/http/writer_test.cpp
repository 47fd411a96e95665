#include "http/writer.h"

#include <stdexcept>

#include <doctest/doctest.h>

using namespace slotflow;
using http::Persistence;

namespace {

Request request_to(const std::string& url) {
  Request request;
  request.url = parse_url("", url);
  return request;
}

std::string response(int status, std::string_view method, Persistence persistence,
                     const std::vector<Header>& headers = {{"X-A", "1"}}) {
  return http::response_head({.status = status, .headers = &headers, .body_size = 4}, method,
                             persistence);
}

}  // namespace

TEST_CASE("http: a request's header section, exactly") {
  Request request = request_to("http://example.com:8080/a%2Fb?q=[1]|'");
  request.headers = {{"X-B", "2"}, {"x-a", ""}, {"X-B", "\xff"}};
  request.body = "{}";
  CHECK(http::request_head(request) ==
        "POST /a%2Fb?q=[1]|' HTTP/1.1\r\nHost: example.com:8080\r\nX-B: 2\r\nx-a: \r\nX-B: \xff\r\n"
        "Content-Length: 2\r\nConnection: close\r\n\r\n");
  CHECK(http::request_head(request, true) ==
        "POST /a%2Fb?q=[1]|' HTTP/1.1\r\nHost: example.com:8080\r\nX-B: 2\r\nx-a: \r\nX-B: \xff\r\n"
        "Content-Length: 2\r\n\r\n");
}

TEST_CASE("http: headers that a request has are not added") {
  Request request = request_to("http://h");
  request.headers = {{"A", "b"}, {"host", "other"}, {"content-length", "9"}, {"connection", "x"}};
  CHECK(http::request_head(request) ==
        "POST / HTTP/1.1\r\nA: b\r\nhost: other\r\ncontent-length: 9\r\nconnection: x\r\n\r\n");
  request.headers = {{"Transfer-Encoding", "chunked"}};
  CHECK(http::request_head(request, true) ==
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_CASE("http: a request in chunks") {
  Request request = request_to("http://h");
  request.in_chunks = true;
  CHECK(http::framed_body(request).str() == "0\r\n\r\n");
  request.body = "{\"event\": \"x\"}";
  CHECK(http::request_head(request, true) ==
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(http::framed_body(request).str() == "e\r\n{\"event\": \"x\"}\r\n0\r\n\r\n");
  request.in_chunks = false;
  CHECK(http::framed_body(request).str() == "{\"event\": \"x\"}");
}

TEST_CASE("http: a request's Content-Length depends on its method (RFC 9110, section 8.6)") {
  const auto has_length = [](const std::string& method, const std::string& body) {
    Request request = request_to("http://h");
    request.method = method;
    request.body = body;
    return http::request_head(request).find("\r\nContent-Length: ") != std::string::npos;
  };
  for (const char* method : {"POST", "PUT", "PATCH"}) CHECK(has_length(method, ""));
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    CHECK_FALSE(has_length(method, ""));
    CHECK(has_length(method, "x"));
  }
}

TEST_CASE("http: a response's header section, exactly") {
  CHECK(response(200, "POST", Persistence::keep) ==
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\n\r\n");
  CHECK(response(500, "POST", Persistence::close) ==
        "HTTP/1.1 500 Internal Server Error\r\nX-A: 1\r\nContent-Length: 4\r\n"
        "Connection: close\r\n\r\n");
  CHECK(response(200, "POST", Persistence::keep_and_say) ==
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\n");
  CHECK(http::response_head({}, "GET", Persistence::keep) ==
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("http: a status line has the given reason, the usual one, or none after its space") {
  CHECK(response(599, "GET", Persistence::keep).starts_with("HTTP/1.1 599 \r\n"));
  CHECK(http::response_head({.status = 200, .reason = "Fine"}, "GET", Persistence::keep)
            .starts_with("HTTP/1.1 200 Fine\r\n"));
}

TEST_CASE("http: a response without a body has a Content-Length only if it was given") {
  CHECK(response(204, "POST", Persistence::keep) == "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n");
  CHECK(response(304, "GET", Persistence::keep) == "HTTP/1.1 304 Not Modified\r\nX-A: 1\r\n\r\n");
  CHECK(response(200, "HEAD", Persistence::keep) == "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n");
  const std::vector<Header> own = {{"content-length", "123"}};
  CHECK(response(200, "HEAD", Persistence::keep, own) ==
        "HTTP/1.1 200 OK\r\ncontent-length: 123\r\n\r\n");
  CHECK(response(200, "GET", Persistence::keep, own) ==
        "HTTP/1.1 200 OK\r\ncontent-length: 123\r\n\r\n");
}

TEST_CASE("http: has_body()") {
  CHECK(http::has_body("POST", 200));
  CHECK(http::has_body("GET", 404));
  CHECK(http::has_body("CONNECT", 407));
  CHECK_FALSE(http::has_body("CONNECT", 200));
  CHECK_FALSE(http::has_body("HEAD", 404));
  for (const int status : {100, 103, 204, 304}) CHECK_FALSE(http::has_body("POST", status));
}

TEST_CASE("http: a line end or a NUL byte is never written into a header section") {
  for (const std::string& bad : {std::string("a\rb"), std::string("a\nb"), std::string("a\0b", 3),
                                 std::string("a\r\nSet-Cookie: admin=1")}) {
    for (const Header& header : {Header{"A", bad}, Header{bad, "b"}}) {
      CHECK_THROWS_AS(response(200, "GET", Persistence::keep, {header}), std::logic_error);
      Request request = request_to("http://h");
      request.headers = {header};
      CHECK_THROWS_AS(http::request_head(request), std::logic_error);
    }
    CHECK_THROWS_AS(http::response_head({.reason = bad}, "GET", Persistence::keep),
                    std::logic_error);
    Request request = request_to("http://h");
    request.url.target = "/" + bad;
    CHECK_THROWS_AS(http::request_head(request), std::logic_error);
    request = request_to("http://h");
    request.method = bad;
    CHECK_THROWS_AS(http::request_head(request), std::logic_error);
  }
}

TEST_CASE("http: a rejection closes the connection") {
  CHECK(http::refusal_text(413, "too large") ==
        "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n"
        "Connection: close\r\n\r\ntoo large\n");
}
