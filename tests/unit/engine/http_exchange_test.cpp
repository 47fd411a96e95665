#include "engine/http_exchange.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

HttpAnswer answer_of(int status) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"X-A", "1"}};
  answer.body = "body";
  return answer;
}

}  // namespace

TEST_CASE("http_exchange: an answer on the wire, exactly") {
  CHECK(wire_text(answer_of(200), {}) ==
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\n\r\nbody");
  CHECK(wire_text(answer_of(500), {.keep_alive = false}) ==
        "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nX-A: 1\r\nContent-Length: "
        "4\r\n\r\nbody");
}

TEST_CASE("http_exchange: a status without a reason keeps its space") {
  CHECK(wire_text(answer_of(599), {}).starts_with("HTTP/1.1 599 \r\n"));
}

TEST_CASE("http_exchange: where no body may be, none is") {
  CHECK(wire_text(answer_of(204), {}) == "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n");
  CHECK(wire_text(answer_of(304), {}) == "HTTP/1.1 304 Not Modified\r\nX-A: 1\r\n\r\n");
  CHECK(wire_text(answer_of(200), {.is_head = true}) == "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n");
}

TEST_CASE("http_exchange: a refusal ends the connection") {
  CHECK(refusal_text(413, "too large") ==
        "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        "Content-Length: 10\r\n\r\ntoo large\n");
}
