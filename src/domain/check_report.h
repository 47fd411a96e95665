// The result of a check of a handler, for the reporters.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/delivery.h"

namespace slotflow {

// must: Slotflow relies on it. should: good for its users (RFC 2119).
enum class Level { must, should };
inline constexpr std::array<std::string_view, 2> kLevelNames{"must", "should"};
inline constexpr std::string_view to_string(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

enum class CheckVerdict { passed, failed, skipped };
inline constexpr std::array<std::string_view, 3> kCheckVerdictNames{"passed", "failed", "skipped"};
inline constexpr std::string_view to_string(CheckVerdict verdict) {
  return kCheckVerdictNames[static_cast<std::size_t>(verdict)];
}

// An entry of the catalogue of checks.
struct CheckInfo {
  std::string_view id;     // "signature.tampered-body": its section, a dot, its name
  std::string_view title;  // what a correct handler does
  Level level;
  std::string_view requirement;  // the rule that it tests
  std::string_view source;       // of the rule
  std::string_view remedy;       // how to fix a handler that fails it

  std::string_view section() const { return id.substr(0, id.find('.')); }
};

// Requests that reproduce a failure, in order. Empty if no request that a user can send reproduces
// it.
struct Evidence {
  enum class Manner { one_by_one, on_one_connection, at_once };

  Evidence() = default;
  explicit Evidence(Request request) { requests.push_back(std::move(request)); }
  Evidence(std::vector<Request> sent, Manner how) : requests(std::move(sent)), manner(how) {}

  std::vector<Request> requests;
  Manner manner = Manner::one_by_one;
  bool verify = false;  // verify the certificate even with --insecure
};

struct CheckReport {
  CheckInfo info;
  CheckVerdict verdict = CheckVerdict::passed;
  std::string expected;             // empty when skipped
  std::string observed;             // the reason, when skipped; may contain text from the network
  std::string remedy;               // how to fix this failure; only when failed
  std::optional<std::string> curl;  // a command that reproduces the failure
  std::chrono::microseconds duration{0};
};

struct CheckSummary {
  std::size_t passed = 0;
  std::size_t failed_must = 0;
  std::size_t failed_should = 0;
  std::size_t skipped = 0;
  std::size_t unfinished = 0;  // not run, because of an interrupt

  void count(const CheckReport& report) {
    if (report.verdict == CheckVerdict::passed) ++passed;
    if (report.verdict == CheckVerdict::skipped) ++skipped;
    if (report.verdict != CheckVerdict::failed) return;
    ++(report.info.level == Level::must ? failed_must : failed_should);
  }
};

}  // namespace slotflow
