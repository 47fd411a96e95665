// Forged events next to valid ones.
#include <utility>

#include "conformance/signature_events.h"

namespace slotflow::signature {

namespace {

// A server may keep what it knows about a sender as long as the connection.
Finding after_valid(Driver& driver) {
  std::string_view where = ", after a valid one";
  Finding finding = if_verified(driver, [&](bool has_signature) {
    std::vector<Request> sent{driver.request(driver.event().dump()),
                              forged(driver, driver.event().dump(), has_signature)};
    BlockingConnection session(driver.client());
    const Reply first = driver.send(session, sent.front());
    if (!first.delivered()) return skipped("a valid event was not accepted: see delivery");
    const Reply reply = driver.send(session, sent.back());
    const bool same = session.connections() == 1;
    if (same) where = ", after a valid one on the same connection";
    const bool silent = same && has_failed(reply, FailureKind::timeout);
    if (!reply.delivered() && !silent) {
      return same ? passed(describe(reply, driver.subject().timeout))
                  : skipped("the connection was closed after each response");
    }
    Finding failure = failed("a 4xx status", describe(reply, driver.subject()) + " for an event",
                             Evidence(sent, Evidence::Manner::on_one_connection));
    return silent ? driver.without_response(std::move(failure), Unwelcome::forged, sent.back())
                  : failure;
  });
  if (finding.verdict == CheckVerdict::failed) finding.observed += where;
  return finding;
}

const Check kAmongValidChecks[] = {
    rejection_check(
        {"signature.after-valid", "rejects forged events after a valid one on a connection",
         Level::must, kSigned, source::kSignature,
         "verify each request: keep nothing about the sender in the connection"},
        after_valid),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> among_valid_checks() {
  return signature::kAmongValidChecks;
}

}  // namespace slotflow
