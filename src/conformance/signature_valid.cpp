#include "conformance/signature_valid.h"

#include "conformance/signature_events.h"
#include "conformance/signing_mistakes.h"

namespace slotflow::signature {

namespace {

constexpr auto kLongest = std::chrono::seconds(5);  // for all events of one handler

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
  const auto begin = driver.clock().steady();
  for (const SigningMistake& mistake : mistakes) {
    const Reply reply = driver.send(driver.request(body, mistake.header));
    if (reply.delivered()) {
      if (!still_rejects_others(driver)) return finding;
      finding.observed += "; the handler verifies " + mistake.words;
      return with_remedy(std::move(finding), mistake.remedy);
    }
    const bool is_long = driver.clock().steady() - begin > kLongest;
    if (reply.response() == nullptr || is_long || driver.interrupt().triggered()) break;
  }
  return finding;
}

}  // namespace slotflow::signature
