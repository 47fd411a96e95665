#include "api/error.h"

#include <algorithm>
#include <string>

#include "domain/error.h"
#include "domain/json.h"

namespace slotflow {

namespace {

std::string_view code_for(int status) {
  // Several codes have 422. The first one is VALIDATION_ERROR, which is the general one.
  const auto known = std::ranges::find(kErrorCodes, status, &ErrorCodeInfo::status);
  if (known != kErrorCodes.end()) return known->name;
  if (status == 429) return "RATE_LIMITED";
  return status >= 500 ? "INTERNAL_ERROR" : "REQUEST_FAILED";
}

// The errors of the commands: a wrong value is Slotflow's validation error here.
WebResponse response_to(const Error& error) {
  std::string message = error.what();
  // Other hints are commands to run.
  if (error.hint().starts_with("did you mean")) message += "; " + error.hint();
  if (error.code() == ErrorCode::usage) return error_response(422, message);
  if (error.info().status) {
    return error_response(*error.info().status, error.info().name, message);
  }
  return error_response(500, message);
}

}  // namespace

WebResponse error_response(int status, std::string_view code, std::string_view message) {
  const Json error{{"code", code}, {"message", message}, {"status", status}};
  return {status, to_line(Json{{"error", error}})};
}

WebResponse error_response(int status, std::string_view message) {
  return error_response(status, code_for(status), message);
}

WebResponse current_error_response() {
  try {
    throw;
  } catch (const Error& error) {
    return response_to(error);
  } catch (const std::exception& error) {
    return error_response(500, error.what());
  }
}

}  // namespace slotflow
