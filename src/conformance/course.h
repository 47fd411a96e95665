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
#include "system/interrupt.h"

namespace slotflow {

// Each check uses its own bookings, so results do not depend on selection or order. After a check
// that failed or that passed because of a rejection, and after the last check, sends a valid event.
// A handler that crashed, limits the rate or blocks us is reported once, and its rejections are not
// counted as passes. Not thread-safe. All arguments must outlive this object.
class Course {
 public:
  // `baseline` is the reply that reach() returned.
  Course(const Subject& subject, BlockingClient& client, const Clock& clock, std::uint64_t seed,
         const Reply& baseline, const Interrupt& interrupt);

  // Runs `check`, or skips it. `last`: no later check can notice a delayed crash, so this one waits
  // for it.
  Finding run(const Check& check, bool last = false);

  // Returns why the remaining checks are skipped, or nullopt while the handler accepts valid
  // events.
  const std::optional<std::string>& lost() const { return lost_; }

 private:
  // The result of sending valid events after a check.
  struct Health {
    bool at_once = true;        // the first probe was accepted
    bool found_nobody = false;  // a probe was refused a connection
    bool late = false;          // probed after a pause, to catch delayed crashes
    int limit = 0;              // 429 or 503 if a probe got it, else 0
    Reply last;
    bool well() const { return last.delivered(); }
  };

  std::optional<std::string> reason_to_skip(const Check& check) const;
  Driver driver(std::size_t stream) const;
  Finding look_into(const Check& check, bool last);
  Finding once_more(const Check& check, Finding finding, const Driver& first, const Health& health);
  Health look();
  Finding judge(const Check& check, Finding finding, const Driver& driver, const Health& health);
  Finding limited(const Check& check, Finding finding, const Health& health, int status);
  Finding harmed(const Check& check, Finding finding, const Driver& driver, const Health& health,
                 bool ended);

  const Subject& subject_;
  BlockingClient& client_;
  const Clock& clock_;
  std::uint64_t seed_;
  const Reply& baseline_;
  const Interrupt& interrupt_;
  Driver control_;
  std::string_view before_;             // id of the check that ran before
  std::optional<std::string> limited_;  // id of the check that reported the rate limit
  // Id of the check that reported the missing response, per kind.
  std::array<std::optional<std::string>, kUnwelcomeNames.size()> silent_;
  std::optional<std::string> lost_;
};

// Runs the checks one after the other and reports each. Stops after an interrupt, whose check is
// not reported, or after `report` returned false. Returns Course::lost().
std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, BlockingClient& client,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<bool(const Check&, const Finding&)>& report);

}  // namespace slotflow
