#include "api/json_body.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

WebRequest with_body(const std::string& body) {
  WebRequest request;
  request.body = body;
  return request;
}

std::string body_refused(const std::string& body) {
  return thrown([&] { json_body(with_body(body)); });
}

}  // namespace

TEST_CASE("json body: an object") {
  CHECK(to_line(json_body(with_body(R"( {"a": [1]} )"))) == R"({"a":[1]})");
}

TEST_CASE("json body: what is not an object is refused") {
  const std::string prefix = "VALIDATION_ERROR: body: ";
  CHECK(body_refused("") == prefix + "expected a JSON object, got nothing");
  CHECK(body_refused("[]") == prefix + "expected a JSON object, got an array");
  CHECK(body_refused("null") == prefix + "expected a JSON object, got null");
  CHECK(body_refused("{\"a\":1") == prefix + "line 1, column 7: expected ',' or '}'");
  CHECK(body_refused("{} x") == prefix + "line 1, column 4: expected the end of the text");
  CHECK(body_refused(std::string(513, '[')) ==
        prefix + "line 1, column 513: expected at most 512 levels of nesting");
}

TEST_CASE("json body: a body that was too large is refused, whatever was kept of it") {
  WebRequest request = with_body("{}");
  request.body_too_large = true;
  CHECK(thrown([&] { json_body(request); }) ==
        "VALIDATION_ERROR: body: expected at most 1048576 bytes, got more");
}
