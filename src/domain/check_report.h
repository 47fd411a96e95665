// What a check of a handler found, for whoever shows it.
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

// What Slotflow relies on, or what serves its users well (RFC 2119).
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

// A check as it stands in the catalogue.
struct CheckInfo {
  std::string_view id;     // "signature.tampered-body": its section, a dot, its name
  std::string_view title;  // what a good handler does
  Level level;
  std::string_view requirement;  // the rule that it tests, in the words of its source
  std::string_view source;       // where that stands
  std::string_view remedy;       // how to mend a handler that fails it

  std::string_view section() const { return id.substr(0, id.find('.')); }
};

// The requests that show a failure, in their order; none when nothing that a user could send would.
struct Evidence {
  enum class Manner { one_by_one, on_one_connection, at_once };

  Evidence() = default;
  explicit Evidence(Request request) { requests.push_back(std::move(request)); }
  Evidence(std::vector<Request> sent, Manner how) : requests(std::move(sent)), manner(how) {}

  std::vector<Request> requests;
  Manner manner = Manner::one_by_one;
  bool verify = false;  // the certificate is looked at, whatever was allowed
};

struct CheckReport {
  CheckInfo info;
  CheckVerdict verdict = CheckVerdict::passed;
  std::string expected;             // empty when skipped
  std::string observed;             // the reason, when skipped; may hold what came from the network
  std::string remedy;               // how to mend this failure; only when failed
  std::optional<std::string> curl;  // a command that shows the failure
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
