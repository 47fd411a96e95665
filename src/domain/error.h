// The error that ends a command. It is thrown with its final message; only slotflow::run() catches
// it.
#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slotflow {

enum class ErrorCode {
  validation_error,
  limit_reached,
  not_found,
  unauthorized,
  slot_unavailable,
  invalid_duration,
  outside_working_hours,
  schedule_blocked,
  usage,
  store_error,
  io_error,
  network_error,
};

// A row for each code: its name in JSON, the HTTP status of Slotflow's response (nullopt for codes
// of this program), and the exit status of the command.
struct ErrorCodeInfo {
  ErrorCode code;
  std::string_view name;
  std::optional<int> status;
  int exit_code;
};

inline constexpr std::array<ErrorCodeInfo, 12> kErrorCodes{{
    {ErrorCode::validation_error, "VALIDATION_ERROR", 422, 1},
    {ErrorCode::limit_reached, "LIMIT_REACHED", 402, 1},
    {ErrorCode::not_found, "NOT_FOUND", 404, 1},
    {ErrorCode::unauthorized, "UNAUTHORIZED", 401, 1},
    {ErrorCode::slot_unavailable, "SLOT_UNAVAILABLE", 409, 1},
    {ErrorCode::invalid_duration, "INVALID_DURATION", 422, 1},
    {ErrorCode::outside_working_hours, "OUTSIDE_WORKING_HOURS", 422, 1},
    {ErrorCode::schedule_blocked, "SCHEDULE_BLOCKED", 422, 1},
    {ErrorCode::usage, "USAGE", std::nullopt, 2},
    {ErrorCode::store_error, "STORE_ERROR", std::nullopt, 3},
    {ErrorCode::io_error, "IO_ERROR", std::nullopt, 3},
    {ErrorCode::network_error, "NETWORK_ERROR", std::nullopt, 3},
}};

// An operation that cannot be performed. Results (a 500, a timeout, an invalid signature) are
// values and never thrown. The message says what was expected and what was found, the hint what to
// do next.
class Error : public std::runtime_error {
 public:
  using Subjects = std::vector<std::string>;

  Error(ErrorCode code, const std::string& message, std::string hint = {})
      : Error(code, message, std::move(hint), Subjects{}) {}
  // `subject` is the option that the error is about, such as "--port".
  Error(ErrorCode code, const std::string& message, std::string hint, std::string subject)
      : Error(code, message, std::move(hint), Subjects{std::move(subject)}) {}
  // For options that do not fit together, the most important one first.
  Error(ErrorCode code, const std::string& message, std::string hint, Subjects subjects)
      : std::runtime_error(message),
        code_(code),
        hint_(std::move(hint)),
        subjects_(std::move(subjects)) {}

  ErrorCode code() const { return code_; }
  const std::string& hint() const { return hint_; }       // empty if there is no next step
  const Subjects& subjects() const { return subjects_; }  // empty if it is about no option
  const ErrorCodeInfo& info() const { return kErrorCodes[static_cast<std::size_t>(code_)]; }

 private:
  ErrorCode code_;
  std::string hint_;
  Subjects subjects_;
};

}  // namespace slotflow
