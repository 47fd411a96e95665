// Whether the handler accepts the same event more than once, and events in any order.
#include <array>
#include <chrono>

#include "conformance/booking_events.h"
#include "conformance/driver.h"
#include "conformance/sources.h"

namespace slotflow::idempotency {

namespace {

constexpr std::string_view kTwice =
    "The same event can arrive twice; receivers deduplicate by data.id, with the event's name.";

constexpr std::string_view kOutliveClient =
    "finish the work if the client disconnects, handle the error of writing the response, and "
    "return 200 for the retry";
constexpr std::string_view kCancelled = "delivery.cancelled";
constexpr std::string_view kRepeated = "idempotency.repeated";

// Each attempt has its own t and signature: the last one now, the others seconds earlier.
std::vector<Request> copies(const Driver& driver, const std::string& body, int count) {
  std::vector<Request> copies;
  for (int i = 1; i <= count; ++i) {
    const std::string header = driver.signature(body, -std::chrono::seconds(count - i));
    copies.push_back(driver.request(body, header.empty() ? std::nullopt : std::optional(header)));
  }
  return copies;
}

// Sends three copies of the event with this body.
Finding three_copies(Driver& driver, const std::string& body) {
  std::vector<Request> sent = copies(driver, body, 3);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Reply reply = driver.send(sent[i]);
    if (reply.delivered()) continue;
    const std::string observed = describe(reply, driver.subject()) + " for delivery " +
                                 std::to_string(i + 1) + " of the same event";
    const Request copy = sent[i];
    sent.resize(i + 1);
    Finding finding =
        failed("a 2xx status", observed, {std::move(sent), Evidence::Manner::one_by_one});
    if (i == 0 || !has_failed(reply, FailureKind::timeout)) return finding;
    return driver.without_response(std::move(finding), Unwelcome::duplicate, copy);
  }
  return passed();
}

Finding ten_copies(Driver& driver, const std::string& body) {
  const std::vector<Request> requests = copies(driver, body, 10);
  const auto replies = driver.send_at_once(requests);
  if (first_rejected(replies) == nullptr) return passed();
  return failed("a 2xx status for each of 10 simultaneous copies of an event",
                describe_some_rejected(replies, driver.subject()),
                {requests, Evidence::Manner::at_once});
}

// Returns whether the handler accepts a new event, and gives its duplicate this response.
bool is_of_duplicates(Driver& driver, const Reply& response) {
  if (response.response() == nullptr) return false;
  const std::vector<Request> both = copies(driver, driver.event().dump(), 2);
  return driver.send(both.front()).delivered() &&
         status_of(driver.send(both.back())) == status_of(response);
}

// Runs `test` with a confirmation, then with a cancellation. If the handler rejects cancellations,
// delivery.cancelled reports it.
Finding with_each_event(Driver& driver, Finding (*test)(Driver& driver, const std::string& body)) {
  Finding finding = test(driver, driver.event().dump());
  if (finding.verdict != CheckVerdict::passed || !accepts_cancellations(driver)) return finding;
  const Json booking = driver.event();
  if (!driver.send(driver.request(booking.dump())).delivered()) return finding;
  finding = test(driver, other_event(booking, Event::booking_cancelled).dump());
  if (finding.verdict == CheckVerdict::failed) finding.observed += " (booking.cancelled)";
  return finding;
}

Finding repeated(Driver& driver) {
  return with_each_event(driver, three_copies);
}

Finding ten_at_once(Driver& driver) {
  return with_each_event(driver, ten_copies);
}

// The sender disconnects before it has read the response, and retries. Slotflow retries minutes
// later, so the handler gets time to finish the work on the first attempt.
Finding lost_response(Driver& driver) {
  const std::vector<Request> attempts = copies(driver, driver.event().dump(), 2);
  if (const auto failure = driver.send_and_leave(attempts.front())) {
    return failed("a connection", std::string(to_string(failure->kind)), attempts.front());
  }
  constexpr Duration kBetween{500};
  Reply retry = driver.send(attempts.back());
  for (Duration left = driver.subject().recovery; !retry.delivered() && left > Duration(0);
       left -= kBetween) {
    if (driver.trace().last_timed_out || !driver.pause(kBetween)) break;
    retry = driver.send(driver.request(attempts.back().body.str()));
  }
  if (retry.delivered()) return passed(describe(retry, driver.subject().timeout));
  if (is_of_duplicates(driver, retry)) {
    return skipped("any duplicate gets the same response (" +
                   describe(retry, driver.subject().timeout) + "): see " + std::string(kRepeated));
  }
  // No evidence: curl always waits for the response.
  Finding finding =
      failed("a 2xx status", describe(retry, driver.subject()) +
                                 " for the retry of an event whose response was lost");
  finding.explains_outage = true;
  return with_remedy(std::move(finding), kOutliveClient);
}

Finding in_order(Driver& driver, Event first, Event second) {
  const Json event = driver.event();
  std::vector<Request> sent;
  Finding finding = first_failure(
      std::array{first, second},
      [&](Event name) {
        sent.push_back(driver.request(other_event(event, name).dump()));
        return driver.accepted(sent.back());
      },
      [](Event name) { return info(name).name; });
  if (finding.verdict != CheckVerdict::passed) {
    finding.evidence = {std::move(sent), Evidence::Manner::one_by_one};
  }
  return finding;
}

Finding confirm_then_cancel(Driver& driver) {
  return in_order(driver, Event::booking_confirmed, Event::booking_cancelled);
}

Finding cancel_before_confirm(Driver& driver) {
  return in_order(driver, Event::booking_cancelled, Event::booking_confirmed);
}

// A check that needs responses to duplicates.
constexpr Check check(const CheckInfo& info, Finding (*run)(Driver& driver),
                      std::string_view follows = {}) {
  return {info, run, true, false, Unwelcome::duplicate, follows};
}

// A check that needs cancellations to be accepted.
constexpr Check cancelling(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, false, {}, kCancelled};
}

constexpr std::string_view kRemember =
    "store the event name and data.id under a unique key, and return 200 if the key exists";

const Check kChecks[] = {
    {{kRepeated, "accepts the same event three times", Level::must, kTwice, source::kDelivery,
      kRemember},
     repeated},
    check({"idempotency.at-once", "accepts ten simultaneous copies of an event", Level::must,
           "The same event can arrive twice; receivers deduplicate by data.id, with the event's "
           "name. Our reading: copies can arrive at the same time.",
           source::kDelivery,
           "let the database decide which copy is first (INSERT ... ON CONFLICT DO NOTHING), and "
           "return 200 for the others"},
          ten_at_once, kRepeated),
    check({"idempotency.lost-response", "accepts the retry after a lost response", Level::must,
           kTwice, source::kDelivery, kOutliveClient},
          lost_response),
    cancelling({"idempotency.confirm-then-cancel", "accepts a cancellation after its confirmation",
                Level::must, "A confirmation and a cancellation share the booking's id.",
                source::kDelivery, "deduplicate by event name and data.id together"},
               confirm_then_cancel),
    cancelling({"idempotency.cancel-before-confirm", "accepts a cancellation that arrives first",
                Level::must,
                "A failed delivery is retried after 5 and 60 minutes. Our reading: a later event "
                "can arrive before the retry.",
                source::kDelivery,
                "record the cancellation of an unknown booking, and return 200 for both"},
               cancel_before_confirm),
};

}  // namespace

}  // namespace slotflow::idempotency

namespace slotflow {

std::span<const Check> idempotency_checks() {
  return idempotency::kChecks;
}

}  // namespace slotflow
