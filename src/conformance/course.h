// A run through checks, in which no verdict is about a handler that has stopped taking events.
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

// Each check has bookings of its own, so that it finds the same whatever else is run. After one
// that failed, or that passed because something was refused, and after the last, a plain valid
// event is sent: a handler that has died, limits the rate or has locked us out is told so once, and
// refuses nothing because it is good. One thread. All must outlive it.
class Course {
 public:
  // `baseline` is what reach() returned.
  Course(const Subject& subject, BlockingClient& client, const Clock& clock, std::uint64_t seed,
         const Reply& baseline, const Interrupt& interrupt);

  // `last`: nothing comes after it that would meet what it left behind.
  Finding run(const Check& check, bool last = false);

  // Why the checks since then were skipped: it takes valid events no more.
  const std::optional<std::string>& lost() const { return lost_; }

 private:
  // How plain valid events fared.
  struct Health {
    bool at_once = true;        // the first one was taken
    bool found_nobody = false;  // nothing listened, for a while at least
    bool late = false;          // it was looked at a moment after the check
    int limit = 0;              // 429 or 503, if one was answered so
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
  std::string_view before_;             // the id of the check that was run before
  std::optional<std::string> limited_;  // the id of the check that told so
  std::array<std::optional<std::string>, kUnwelcomeNames.size()> silent_;  // the same, of each sort
  std::optional<std::string> lost_;
};

// Runs one check after the other, and reports each. After an interrupt nothing more is run, or
// reported; nor after `report` returned false. Returns Course::lost().
std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, BlockingClient& client,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<bool(const Check&, const Finding&)>& report);

}  // namespace slotflow
