#include "domain/delivery.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("delivery: headers are found in any case, the first of several") {
  const std::vector<Header> headers{{"Content-Type", "a"}, {"x-KEY", "1"}, {"X-Key", "2"}};
  CHECK(find_header(headers, "content-type") == "a");
  CHECK(find_header(headers, "X-Key") == "1");
  CHECK_FALSE(find_header(headers, "X-Ke").has_value());
  CHECK_FALSE(find_header(headers, "X-Keys").has_value());
  CHECK_FALSE(find_header({}, "").has_value());
}

TEST_CASE("delivery: any 2xx is success, everything else failure") {
  for (const int status : {200, 201, 204, 299}) {
    CHECK(Reply{Response{status, {}, ""}, "", {}}.delivered());
  }
  for (const int status : {0, 100, 199, 300, 301, 304, 400, 404, 500}) {
    CAPTURE(status);
    CHECK_FALSE(Reply{Response{status, {}, ""}, "", {}}.delivered());
  }
  CHECK_FALSE(Reply{Failure{FailureKind::timeout, ""}, "", {}}.delivered());
}

TEST_CASE("delivery: the names of the JSON output") {
  CHECK(to_string(FailureKind::timeout) == "timeout");
  CHECK(to_string(FailureKind::dns) == "dns");
  CHECK(to_string(FailureKind::interrupted) == "interrupted");
  CHECK(to_string(Outcome::delivered) == "delivered");
  CHECK(to_string(Outcome::failed) == "failed");
}

TEST_CASE("delivery: the headers of a head are its lines with a colon and a space") {
  const auto headers = headers_in("POST / HTTP/1.1\r\nHost: x\r\nX-Empty: \r\nX-Two: a: b\r\n\r\n");
  CHECK(headers == std::vector<Header>{{"Host", "x"}, {"X-Empty", ""}, {"X-Two", "a: b"}});
  CHECK(headers_in("").empty());
}
