#include "conformance/signature_valid.h"

#include <algorithm>
#include <chrono>

#include "conformance/signature_events.h"
#include "conformance/signing_mistakes.h"

namespace slotflow::signature {

namespace {

// For all events of one handler, without the slowest: that may be the machine's doing.
constexpr std::chrono::microseconds kLongest = std::chrono::seconds(5);

// A handler that accepts this event has the mistake only if it still rejects valid ones and forged
// ones.
bool still_rejects_others(Driver& driver) {
  if (driver.send(driver.request(driver.event().dump())).delivered()) return false;
  return !driver.send(forged(driver, driver.event().dump(), true)).delivered();
}

}  // namespace

Finding explained_rejection(Driver& driver) {
  Finding finding = failed("a 2xx status", describe(driver.baseline(), driver.subject()),
                           driver.request(driver.event().dump()));
  const std::string body = driver.event().dump();
  const auto mistakes = signing_mistakes(*driver.subject().secret, driver.now_seconds(), body);
  std::chrono::microseconds all{0}, slowest{0};
  for (const SigningMistake& mistake : mistakes) {
    const Reply reply = driver.send(driver.request(body, mistake.header));
    if (reply.delivered()) {
      if (!still_rejects_others(driver)) return finding;
      finding.observed += "; the handler verifies " + mistake.words;
      return with_remedy(std::move(finding), mistake.remedy);
    }
    all += reply.duration;
    slowest = std::max(slowest, reply.duration);
    if (reply.response() == nullptr || all - slowest > kLongest || driver.interrupt().triggered())
      break;
  }
  return finding;
}

}  // namespace slotflow::signature
