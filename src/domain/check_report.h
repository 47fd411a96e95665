// The result of a check of a handler, as reports show it.
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

// must: Slotflow or HTTP relies on it. should: it serves the handler's users (RFC 2119).
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
  std::string_view id;     // section, dot and name: "signature.tampered-body"
  std::string_view title;  // a verb phrase about a good handler: "rejects ..."
  Level level;
  std::string_view requirement;  // the rule in our words; "Our reading" marks inferences
  std::string_view source;       // where the rule is
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
  std::size_t number = 1;  // in its run, from 1
  bool counts = true;      // a failure of it fails the run
  CheckVerdict verdict = CheckVerdict::passed;
  std::string expected = {};  // empty if skipped
  std::string observed = {};  // if skipped, the reason; can contain text from the network
  std::string remedy = {};    // how to fix this failure; empty unless failed
  std::optional<std::string> curl = {};  // a command that reproduces the failure
  std::chrono::microseconds duration{0};

  // Returns true if it fails the run.
  bool is_failure() const { return verdict == CheckVerdict::failed && counts; }
};

struct CheckSummary {
  std::size_t passed = 0;
  std::size_t failed_must = 0;
  std::size_t failed_should = 0;
  std::size_t skipped = 0;
  std::size_t unfinished = 0;  // did not run, because of an interrupt

  void count(const CheckReport& report) {
    if (report.verdict == CheckVerdict::passed) ++passed;
    if (report.verdict == CheckVerdict::skipped) ++skipped;
    if (report.verdict != CheckVerdict::failed) return;
    ++(report.info.level == Level::must ? failed_must : failed_should);
  }
};

}  // namespace slotflow
