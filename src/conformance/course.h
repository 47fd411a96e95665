// A run through checks, in which no verdict is about a handler that has stopped taking events.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/driver.h"
#include "engine/interrupt.h"

namespace slotflow {

// Each check has bookings of its own, so that it finds the same whatever else is run. After one
// that failed, or that passed because something was refused, a plain valid event is sent: a handler
// that has died, limits the rate or has locked us out is told so once, and refuses nothing because
// it is good. One thread. All must outlive it.
class Course {
 public:
  // `baseline` is what reach() returned.
  Course(const Subject& subject, HttpTransport& transport, const Clock& clock, std::uint64_t seed,
         const Reply& baseline, const Interrupt& interrupt);

  Finding run(const Check& check);

  // Why the checks since then were skipped: it takes valid events no more.
  const std::optional<std::string>& lost() const { return lost_; }

 private:
  // How plain valid events fared.
  struct Health {
    bool at_once = true;        // the first one was taken
    bool found_nobody = false;  // nothing listened, for a while at least
    Reply last;
    bool well() const { return last.delivered(); }
  };

  std::optional<std::string> reason_to_skip(const Check& check) const;
  Driver driver(std::size_t stream) const;
  Health look();
  Finding judge(const Check& check, Finding finding, const Driver& driver, const Health& health);
  Finding limited(const Check& check, Finding finding, const Health& health);
  Finding harmed(const Check& check, Finding finding, const Driver& driver, const Health& health,
                 bool ended);

  const Subject& subject_;
  HttpTransport& transport_;
  const Clock& clock_;
  std::uint64_t seed_;
  const Reply& baseline_;
  const Interrupt& interrupt_;
  Driver control_;
  std::optional<std::string> limited_;  // the id of the check that told so
  std::optional<std::string> lost_;
};

// Runs one check after the other, and reports each. After an interrupt nothing more is run, or
// reported. Returns Course::lost().
std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, HttpTransport& transport,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<void(const Check&, const Finding&)>& report);

}  // namespace slotflow
