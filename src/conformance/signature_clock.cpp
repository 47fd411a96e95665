// Whether the handler's clock runs. One that was read when the handler started is right for five
// minutes, and then all events are rejected.
#include "conformance/signature_events.h"
#include "domain/signature.h"

namespace slotflow::signature {

namespace {

using namespace std::chrono_literals;

// Longer than the second by which a clock in whole seconds can be behind twice.
constexpr Duration kBetween = 2s;

// A new event with this t.
Request signed_at(Driver& driver, std::int64_t t) {
  std::string body = driver.event().dump();
  const std::string header = sign(*driver.subject().secret, t, body);
  return driver.request(std::move(body), header);
}

bool accepts_at(Driver& driver, std::int64_t t) {
  return driver.send(signed_at(driver, t)).delivered();
}

// Returns the newest t that is accepted; nullopt if t has no limit in the next minutes.
std::optional<std::int64_t> newest_accepted(Driver& driver, std::int64_t now) {
  constexpr std::int64_t kBeyond = 360;
  std::int64_t accepted = now;
  std::int64_t rejected = now + kBeyond;
  if (accepts_at(driver, rejected)) return std::nullopt;
  while (rejected - accepted > 1) {
    const std::int64_t middle = accepted + (rejected - accepted) / 2;
    (accepts_at(driver, middle) ? accepted : rejected) = middle;
  }
  return accepted;
}

Finding clock(Driver& driver) {
  const std::int64_t now = driver.now_seconds();
  const auto newest = newest_accepted(driver, now);
  if (!newest) {
    if (auto unverified = skipped_if_unverified(driver)) return *std::move(unverified);
    return skipped("the handler accepts timestamps far in the future: see signature.future");
  }
  if (!driver.pause(kBetween)) return skipped("interrupted");
  const Request newer = signed_at(driver, *newest + 1);
  const Reply reply = driver.send(newer);
  if (reply.delivered()) return passed();
  if (!accepts_at(driver, *newest)) {
    return skipped("the newest timestamp that the handler accepts changes from event to event");
  }
  const std::string ahead = std::to_string(*newest + 1 - now) + " s ahead";
  return failed("a limit of t that moves with the time", describe(reply, driver.subject()) +
                                                             " for a t that was " + ahead +
                                                             " and rejected 2 s before, too");
}

const Check kClockChecks[] = {
    signed_check({"signature.clock", "compares the timestamp with a clock that runs", Level::must,
                  kYoung, source::kSignature,
                  "read the clock for each request, not once when the handler starts: it will "
                  "reject every event once it has run for five minutes"},
                 clock),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> clock_checks() {
  return signature::kClockChecks;
}

}  // namespace slotflow
