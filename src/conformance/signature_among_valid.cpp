// Forged events next to valid ones.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

// What a handler keeps of one request in a variable that all requests share, it can take for that
// of another one. And a handler under load must not let pass what it has no time to verify.
Finding at_once(Driver& driver) {
  constexpr std::size_t kCount = 30;
  const auto is_forged = [](std::size_t i) { return i % 2 != 0; };
  std::vector<Request> requests;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::string body = driver.event().dump();
    requests.push_back(is_forged(i) ? forged(driver, std::move(body), i % 4 == 1)
                                    : driver.request(std::move(body)));
  }
  const auto replies = driver.send_at_once(requests);
  std::vector<Reply> to_valid, to_forged;
  for (std::size_t i = 0; i < kCount; ++i) {
    (is_forged(i) ? to_forged : to_valid).push_back(replies.at(i));
  }
  const auto accepted = std::ranges::find_if(to_forged, &Reply::delivered);
  if (accepted != to_forged.end()) {
    if (auto unverified = skipped_if_unverified(driver)) return *std::move(unverified);
    return failed("a 4xx status",
                  describe(*accepted, driver.subject()) +
                      " for a forged event, at once with valid and other forged ones",
                  {std::move(requests), Evidence::Manner::at_once});
  }
  const auto rejected = std::ranges::find_if(to_valid, looks_like_a_signature_matter);
  if (rejected == to_valid.end()) return passed();
  return failed("a 2xx status",
                describe(*rejected, driver.subject()) +
                    " for a valid event, at once with forged and other valid ones",
                {std::move(requests), Evidence::Manner::at_once});
}

const Check kAmongValidChecks[] = {
    rejection_check(
        {"signature.at-once", "tells valid from forged events that arrive at once", Level::must,
         kSigned, source::kSignature,
         "keep nothing of a request, such as its body or whether it is valid, in a variable that "
         "other requests share; and if the secret cannot be had at the moment, return 503, never "
         "2xx"},
        at_once),
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
