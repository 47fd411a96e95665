#include "api/error.h"

#include <set>

#include <doctest/doctest.h>

#include "domain/error.h"

using namespace slotflow;

namespace {

template <typename Thrown>
std::string shown(const Thrown& thrown) {
  try {
    throw thrown;
  } catch (...) {
    const WebResponse response = current_error_response();
    return std::to_string(response.status) + " " + response.body;
  }
}

}  // namespace

TEST_CASE("api errors: the closed set of Slotflow's documentation") {
  std::set<std::string> codes;
  for (const ErrorCodeInfo& info : kErrorCodes) {
    if (info.status) codes.insert(std::string(info.name) + " " + std::to_string(*info.status));
  }
  CHECK(codes == std::set<std::string>{"UNAUTHORIZED 401", "LIMIT_REACHED 402", "NOT_FOUND 404",
                                       "SLOT_UNAVAILABLE 409", "INVALID_DURATION 422",
                                       "OUTSIDE_WORKING_HOURS 422", "SCHEDULE_BLOCKED 422",
                                       "VALIDATION_ERROR 422"});
}

TEST_CASE("api errors: one shape for every exception") {
  CHECK(shown(Error(ErrorCode::not_found, "Human not found.")) ==
        R"(404 {"error":{"code":"NOT_FOUND","message":"Human not found.","status":404}})");
  CHECK(shown(Error(ErrorCode::limit_reached, "plan free allows 2 webhooks", "a hint")) ==
        R"(402 {"error":{"code":"LIMIT_REACHED","message":"plan free allows 2 webhooks",)"
        R"("status":402}})");
  CHECK(shown(Error(ErrorCode::usage, "url: expected a URL, got 'x'")) ==
        R"(422 {"error":{"code":"VALIDATION_ERROR","message":"url: expected a URL, got 'x'",)"
        R"("status":422}})");
  CHECK(shown(Error(ErrorCode::validation_error, "timezone: expected x", "did you mean y?")) ==
        R"(422 {"error":{"code":"VALIDATION_ERROR",)"
        R"("message":"timezone: expected x; did you mean y?","status":422}})");
  CHECK(shown(Error(ErrorCode::store_error, "/s: expected JSON")) ==
        R"(500 {"error":{"code":"INTERNAL_ERROR","message":"/s: expected JSON","status":500}})");
  CHECK(shown(std::runtime_error("\xff")) ==
        "500 {\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"\xef\xbf\xbd\","
        "\"status\":500}}");
}

TEST_CASE("api errors: simulated failures have the same shape") {
  const auto code_of = [](int status) {
    const std::string body = error_response(status, "simulated").body;
    return body.substr(0, body.find(",\"message"));
  };
  CHECK(code_of(401) == R"({"error":{"code":"UNAUTHORIZED")");
  CHECK(code_of(409) == R"({"error":{"code":"SLOT_UNAVAILABLE")");
  CHECK(code_of(422) == R"({"error":{"code":"VALIDATION_ERROR")");
  CHECK(code_of(429) == R"({"error":{"code":"RATE_LIMITED")");
  CHECK(code_of(503) == R"({"error":{"code":"INTERNAL_ERROR")");
  CHECK(code_of(418) == R"({"error":{"code":"REQUEST_FAILED")");
}
