#include "api/json_body.h"

#include <doctest/doctest.h>

#include "api/limits.h"
#include "support/api_refused.h"

using namespace slotflow;
using test::refused;

namespace {

ApiRequest with_body(const std::string& body) {
  ApiRequest request;
  request.body = body;
  return request;
}

const ApiRequest kFields = with_body(R"({
  "text": "x", "number": 30, "large": 18446744073709551615, "part": 1.5, "flag": false,
  "none": null, "days": [1, 7], "names": ["a", "b"], "mixed": ["a", 2], "object": {"n": 1e400}})");

std::string body_refused(const std::string& body) {
  return refused([&] { JsonBody(with_body(body)); });
}

}  // namespace

TEST_CASE("json body: fields with their types") {
  const JsonBody body(kFields);
  CHECK(body.text("text") == "x");
  CHECK(body.integer("number") == 30);
  CHECK(body.boolean("flag") == false);
  CHECK(body.texts("names") == std::vector<std::string>{"a", "b"});
  CHECK(body.integers("days") == std::vector<std::int64_t>{1, 7});
  CHECK(body.optional_text("text") == "x");
  CHECK(body.optional_integer("number") == 30);
  CHECK(body.optional_object("object") == R"({"n": 1e400})");
}

TEST_CASE("json body: null is as good as nothing for an optional field") {
  const JsonBody body(kFields);
  for (const char* name : {"none", "absent"}) {
    CAPTURE(name);
    CHECK(body.optional_text(name) == std::nullopt);
    CHECK(body.optional_integer(name) == std::nullopt);
    CHECK(body.optional_object(name) == std::nullopt);
    CHECK(body.find(name) == nullptr);
  }
}

TEST_CASE("json body: the error names the field, what was expected and which type was found") {
  const JsonBody body(kFields);
  const auto error = [&](auto call) { return refused([&] { call(body); }); };
  const std::string prefix = "422 VALIDATION_ERROR: ";
  CHECK(error([](const JsonBody& b) { b.text("absent"); }) ==
        prefix + "absent: expected a string, got nothing");
  CHECK(error([](const JsonBody& b) { b.text("none"); }) ==
        prefix + "none: expected a string, got null");
  CHECK(error([](const JsonBody& b) { b.optional_text("number"); }) ==
        prefix + "number: expected a string, got a number");
  CHECK(error([](const JsonBody& b) { b.integer("text"); }) ==
        prefix + "text: expected an integer, got a string");
  CHECK(error([](const JsonBody& b) { b.integer("part"); }) ==
        prefix + "part: expected an integer, got another number");
  CHECK(error([](const JsonBody& b) { b.integer("large"); }) ==
        prefix + "large: expected an integer, got another number");
  CHECK(error([](const JsonBody& b) { b.boolean("text"); }) ==
        prefix + "text: expected true or false, got a string");
  CHECK(error([](const JsonBody& b) { b.texts("mixed"); }) ==
        prefix + "mixed[1]: expected a string, got a number");
  CHECK(error([](const JsonBody& b) { b.texts("text"); }) ==
        prefix + "text: expected an array of strings, got a string");
  CHECK(error([](const JsonBody& b) { b.integers("mixed"); }) ==
        prefix + "mixed[0]: expected an integer, got a string");
  CHECK(error([](const JsonBody& b) { b.optional_object("days"); }) ==
        prefix + "days: expected an object, got an array");
}

TEST_CASE("json body: what is not an object is refused") {
  const std::string prefix = "422 VALIDATION_ERROR: body: ";
  CHECK(body_refused("") == prefix + "expected a JSON object, got nothing");
  CHECK(body_refused("[]") == prefix + "expected a JSON object, got an array");
  CHECK(body_refused("null") == prefix + "expected a JSON object, got null");
  CHECK(body_refused("{\"a\":1") == prefix + "line 1, column 7: expected ',' or '}'");
  CHECK(body_refused("{} x") == prefix + "line 1, column 4: expected the end of the text");
  CHECK(body_refused(std::string(513, '[')) ==
        prefix + "line 1, column 513: expected at most 512 levels of nesting");
}

TEST_CASE("json body: a body that was too large is refused, whatever was kept of it") {
  ApiRequest request = with_body("{}");
  request.body_too_large = true;
  CHECK(refused([&] { JsonBody{request}; }) ==
        "422 VALIDATION_ERROR: body: expected at most 1048576 bytes, got more");
}

TEST_CASE("json body: the last of several fields with one name counts") {
  const ApiRequest request = with_body(R"({"o":{"a":1},"o":{"b":2}})");
  CHECK(JsonBody(request).optional_object("o") == R"({"b":2})");
}
