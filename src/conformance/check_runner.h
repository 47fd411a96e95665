// Runs checks and detects when the handler stops accepting valid events, so that later checks are
// skipped instead of judged.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/driver.h"
#include "conformance/verdict.h"
#include "system/interrupt.h"

namespace slotflow {

// Returns `observed` without what differs from time to time: the text of a response, and numbers.
std::string shape_of(std::string_view observed);

// Each check uses its own bookings, so results do not depend on selection or order. After a check
// that failed or that passed because of a rejection, and after the last check, sends valid events.
// A handler that crashed, limits the rate or blocks us is reported once, and its rejections are not
// counted as passes. Not thread-safe. All arguments must outlive this object.
class CheckRunner {
 public:
  // `baseline` is the reply that reach() returned, and `leaks` what it searched the responses with.
  CheckRunner(const Subject& subject, BlockingClient& client, const Clock& clock,
              std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
              LeakWatch& leaks);

  // Runs `check`, or skips it unless its evidence is there already. `last`: no later check can
  // notice a delayed crash, so this one waits for it.
  Finding run(const Check& check, bool last = false);

  // Returns why the remaining checks are skipped, or nullopt while the handler accepts valid
  // events.
  const std::optional<std::string>& lost() const { return lost_; }

 private:
  // One run of a check's function.
  struct Execution {
    Finding finding;
    Trace trace;
  };

  std::optional<std::string> reason_to_skip(const Check& check) const;
  Driver driver(std::size_t stream);
  Execution execute(const Check& check, std::size_t stream);
  Health probe_health();
  // `also_late`: if the handler accepts events, looks again after a pause.
  Health probe_health(bool also_late);
  // Sends many valid events, one after the other. Returns how one of them fails, though the
  // handler accepts events before and after it; empty if none does. Later calls return the same, or
  // look again, a few times in a run.
  const std::string& find_unsteadiness();
  // Returns whether the check fails each time, and in the same way, as one does whose rule is
  // broken.
  bool fails_each_time(const Check& check, const Execution& execution);
  // Returns whether the check failed because of the known ban: what it got is that of banned valid
  // events, and the same request does not get it any more.
  bool is_of_ban(const Execution& execution);
  Observation observe(const Execution& execution, Health health) const;
  Finding run_and_judge(const Check& check, bool last);
  Finding conclude(const Check& check, Execution execution, const Observation& observed);

  const Subject& subject_;
  BlockingClient& client_;
  const Clock& clock_;
  std::uint64_t seed_;
  const Reply& baseline_;
  const Interrupt& interrupt_;
  LeakWatch& leaks_;
  Driver prober_;
  std::string_view previous_;         // id of the check that ran before
  std::optional<std::string> limit_;  // id of the check that reported the rate limit
  // Id of the check that reported the missing response, per kind of request.
  std::array<std::optional<std::string>, kUnwelcomeNames.size()> silent_;
  // Ids of the checks that this runner has failed because of their own rule.
  std::vector<std::string> failed_;
  std::optional<std::string> inconsistent_;  // id of the check that reported the inconsistency
  std::optional<std::string> ban_;           // id of the check that reported the ban
  int ban_status_ = 0;                       // what valid events got meanwhile; 0: no response
  std::string unsteadiness_;                 // what find_unsteadiness() found
  int looks_left_ = 3;                       // of find_unsteadiness()
  std::optional<std::string> lost_;
};

// Runs the checks one after the other and reports each. Stops after an interrupt, whose check is
// not reported, or after `report` returned false. Returns CheckRunner::lost().
std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, BlockingClient& client,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    LeakWatch& leaks, const std::function<bool(const Check&, const Finding&)>& report);

}  // namespace slotflow
