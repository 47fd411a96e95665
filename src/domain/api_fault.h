// Simulated failures of the emulator's API: "POST /v1/bookings commit-then-500*2@0.1".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

struct ApiFault {
  enum class Kind { status, timeout, reset };

  std::string route;  // "POST /v1/bookings"; "*": every route
  Kind kind = Kind::status;
  int status = 500;
  bool commits = false;                // the call is carried out before it fails
  std::optional<std::uint64_t> times;  // nullopt: no limit
  double probability = 1;              // 0 to 1

  // Returns "500", "timeout", "commit-then-reset".
  std::string what() const;
};

// Returns the text that parse_api_fault() parses.
std::string to_string(const ApiFault& fault);

// Parses "ROUTE WHAT", where WHAT is a status from 400 to 599, timeout, reset, commit-then-500 or
// commit-then-reset, with *N (the next N calls only) and @P (a probability) behind it. `routes` are
// the known ones, each "METHOD PATH"; "*" is all of them. Throws Error{usage} that starts with
// `option`.
ApiFault parse_api_fault(std::string_view option, std::string_view text,
                         const std::vector<std::string>& routes);

}  // namespace slotflow
