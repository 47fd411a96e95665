#include "api/error.h"

#include <algorithm>

#include "domain/error.h"
#include "domain/json.h"

namespace slotflow {

namespace {

std::string_view code_for(int status) {
  const auto known = std::ranges::find(kApiErrors, status, &ApiErrorInfo::status);
  // 422 has several codes; VALIDATION_ERROR is the general one.
  if (status == kApiErrors.back().status) return kApiErrors.back().name;
  if (known != kApiErrors.end()) return known->name;
  if (status == 429) return "RATE_LIMITED";
  return status >= 500 ? "INTERNAL_ERROR" : "REQUEST_FAILED";
}

// The errors of the commands: a wrong value is Slotflow's validation error here.
ApiResponse response_to(const Error& error) {
  if (error.code() == ErrorCode::usage) return error_response(422, error.what());
  if (error.info().status) {
    return error_response(*error.info().status, error.info().name, error.what());
  }
  return error_response(500, error.what());
}

}  // namespace

ApiResponse error_response(int status, std::string_view code, std::string_view message) {
  const Json error{{"code", code}, {"message", message}, {"status", status}};
  return {status, to_line(Json{{"error", error}})};
}

ApiResponse error_response(int status, std::string_view message) {
  return error_response(status, code_for(status), message);
}

ApiResponse current_error_response() {
  try {
    throw;
  } catch (const ApiError& error) {
    return error_response(error.info().status, error.info().name, error.what());
  } catch (const Error& error) {
    return response_to(error);
  } catch (const std::exception& error) {
    return error_response(500, error.what());
  }
}

}  // namespace slotflow
