// Whether the handler's clock runs. One that was read when the handler started is right for five
// minutes, and then all events are rejected.
#include <cstdlib>

#include "conformance/signature_events.h"
#include "domain/signature.h"

namespace slotflow::signature {

namespace {

using namespace std::chrono_literals;

// Longer than the second by which a clock in whole seconds can be behind twice.
constexpr Duration kBetween = 2s;
// Beyond the limit of 5 minutes, also of a handler that compares whole minutes.
constexpr std::int64_t kFarOff = 420;

// A new event with this t.
Request signed_at(Driver& driver, std::int64_t t) {
  std::string body = driver.event().dump();
  const std::string header = sign(*driver.subject().secret, t, body);
  return driver.request(std::move(body), header);
}

bool accepts_at(Driver& driver, std::int64_t t) {
  return driver.send(signed_at(driver, t)).delivered();
}

// Returns the last t on the way from now to `beyond` that is accepted; nullopt if `beyond` is, too.
std::optional<std::int64_t> last_accepted(Driver& driver, std::int64_t now, std::int64_t beyond) {
  if (accepts_at(driver, beyond)) return std::nullopt;
  std::int64_t accepted = now;
  std::int64_t rejected = beyond;
  while (std::abs(rejected - accepted) > 1) {
    const std::int64_t middle = accepted + (rejected - accepted) / 2;
    (accepts_at(driver, middle) ? accepted : rejected) = middle;
  }
  return accepted;
}

// Returns whether the handler compares whole minutes: it accepts a range of t that consists of
// whole minutes, and is longer than twice the 5 minutes.
bool compares_minutes(Driver& driver, std::int64_t now, std::int64_t newest) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kUsualRange = 601;
  if ((newest + 1) % kMinute != 0) return false;
  const auto oldest = last_accepted(driver, now, now - kFarOff);
  return oldest && *oldest % kMinute == 0 && newest - *oldest > kUsualRange;
}

Finding clock(Driver& driver) {
  const std::int64_t now = driver.now_seconds();
  const auto newest = last_accepted(driver, now, now + kFarOff);
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
  if (compares_minutes(driver, now, *newest)) {
    return skipped(
        "the handler compares the timestamp in whole minutes, so whether its clock runs shows only "
        "after up to a minute");
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
