// The errors of Slotflow's API. Its documentation has a closed set of codes, and an SDK that
// garbles every other status.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "api/message.h"

namespace slotflow {

enum class ApiErrorCode {
  unauthorized,
  limit_reached,
  not_found,
  slot_unavailable,
  invalid_duration,
  outside_working_hours,
  schedule_blocked,
  validation_error,
};

struct ApiErrorInfo {
  ApiErrorCode code;
  std::string_view name;
  int status;
};

inline constexpr std::array<ApiErrorInfo, 8> kApiErrors{{
    {ApiErrorCode::unauthorized, "UNAUTHORIZED", 401},
    {ApiErrorCode::limit_reached, "LIMIT_REACHED", 402},
    {ApiErrorCode::not_found, "NOT_FOUND", 404},
    {ApiErrorCode::slot_unavailable, "SLOT_UNAVAILABLE", 409},
    {ApiErrorCode::invalid_duration, "INVALID_DURATION", 422},
    {ApiErrorCode::outside_working_hours, "OUTSIDE_WORKING_HOURS", 422},
    {ApiErrorCode::schedule_blocked, "SCHEDULE_BLOCKED", 422},
    {ApiErrorCode::validation_error, "VALIDATION_ERROR", 422},
}};

// A request that is refused. The message is for people, and names the field that is wrong.
class ApiError : public std::runtime_error {
 public:
  ApiError(ApiErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}

  const ApiErrorInfo& info() const { return kApiErrors[static_cast<std::size_t>(code_)]; }

 private:
  ApiErrorCode code_;
};

// Returns {"error":{"code","message","status"}}.
ApiResponse error_response(int status, std::string_view code, std::string_view message);

// Returns the response to a simulated failure, or to trouble of this machine. Slotflow documents no
// codes for statuses outside the closed set: 429 gets RATE_LIMITED, from 500 on INTERNAL_ERROR, and
// the rest REQUEST_FAILED.
ApiResponse error_response(int status, std::string_view message);

// Returns the response to the exception that is being handled: what Slotflow's rules refuse with
// its code, everything else with 500.
ApiResponse current_error_response();

}  // namespace slotflow
