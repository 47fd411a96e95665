// Whether the handler accepts a booking that has something in common with another one.
#include <algorithm>
#include <string>
#include <vector>

#include "conformance/booking_events.h"
#include "conformance/driver.h"
#include "conformance/sources.h"

namespace slotflow::similar {

namespace {

constexpr std::string_view kSimilar = "idempotency.similar-bookings";

// Copies from `first` what the two bookings have in common.
struct Common {
  std::string_view words;
  void (*copy)(const Json& first, Json& second);
};

void copy_human(const Json& first, Json& second) {
  second["data"]["human_id"] = first["data"]["human_id"];
}

void copy_start(const Json& first, Json& second) {
  for (const char* member : {"starts_at", "ends_at", "duration_minutes"}) {
    second["data"][member] = first["data"][member];
  }
}

void copy_attendee(const Json& first, Json& second) {
  for (const char* member : {"attendee_name", "attendee_email"}) {
    second["data"][member] = first["data"][member];
  }
}

void copy_metadata(const Json& first, Json& second) {
  second["data"]["metadata"] = first["data"]["metadata"];
}

void copy_creation(const Json& first, Json& second) {
  second["created_at"] = first["created_at"];
}

// A UUID has 8 digits before its first hyphen.
void copy_start_of_id(const Json& first, Json& second) {
  constexpr std::size_t kDigits = 8;
  std::string id = second["data"]["id"].get<std::string>();
  id.replace(0, kDigits, first["data"]["id"].get<std::string>(), 0, kDigits);
  second["data"]["id"] = id;
}

constexpr Common kCommon[] = {
    {"human_id", copy_human},
    {"starts_at", copy_start},
    {"attendee_name and attendee_email", copy_attendee},
    {"metadata", copy_metadata},
    {"created_at", copy_creation},
    {"first 8 characters of data.id", copy_start_of_id},
};

// Sends the last of `requests`, after the others were accepted.
Finding accepts_last(Driver& driver, std::vector<Request> requests, std::string_view words) {
  Finding finding = driver.accepted(requests.back());
  if (finding.verdict == CheckVerdict::passed) return finding;
  finding.observed.append(" for ").append(words);
  finding.evidence = {std::move(requests), Evidence::Manner::one_by_one};
  return finding;
}

// The slot of a cancelled booking is free again.
Finding rebooked(Driver& driver) {
  const Json first = driver.event();
  const Json cancellation = other_event(first, Event::booking_cancelled);
  Json second = driver.event();
  copy_human(first, second);
  copy_start(first, second);
  std::vector<Request> sent;
  for (const Json& event : {first, cancellation}) {
    sent.push_back(driver.request(event.dump()));
    // delivery.cancelled reports a handler that rejects cancellations.
    if (!driver.send(sent.back()).delivered()) return passed();
  }
  sent.push_back(driver.request(second.dump()));
  return accepts_last(driver, std::move(sent),
                      "another booking with the same human_id and starts_at, after the first was "
                      "cancelled");
}

Finding similar_bookings(Driver& driver) {
  for (const Common& common : kCommon) {
    const Json first = driver.event();
    Json second = driver.event();
    common.copy(first, second);
    std::vector<Request> requests{driver.request(first.dump())};
    Finding finding = driver.accepted(requests.back());
    if (finding.verdict != CheckVerdict::passed) return finding;
    requests.push_back(driver.request(second.dump()));
    finding = accepts_last(driver, std::move(requests),
                           "another booking with the same " + std::string(common.words));
    if (finding.verdict != CheckVerdict::passed) return finding;
  }
  return rebooked(driver);
}

std::vector<Json> bookings_of_one_human(Driver& driver) {
  constexpr std::size_t kCount = 5;
  std::vector<Json> bookings;
  while (bookings.size() < kCount) {
    bookings.push_back(driver.event());
    copy_human(bookings.front(), bookings.back());
  }
  return bookings;
}

std::vector<Json> both_events_of_a_booking(Driver& driver) {
  const Json booking = driver.event();
  return {booking, other_event(booking, Event::booking_cancelled)};
}

// Events that have something in common. `see` names what reports a handler that rejects them one
// after the other.
struct Related {
  std::string_view words;
  std::vector<Json> (*make)(Driver& driver);
  std::string_view see;
};

constexpr Related kRelated[] = {
    {"bookings of one human", bookings_of_one_human, kSimilar},
    {"the confirmation and the cancellation of a booking", both_events_of_a_booking,
     "idempotency.confirm-then-cancel and idempotency.cancel-before-confirm"},
};

std::vector<Request> requests_of(Driver& driver, const Related& related) {
  std::vector<Request> requests;
  for (const Json& event : related.make(driver)) requests.push_back(driver.request(event.dump()));
  return requests;
}

// Returns whether the handler accepts such events one after the other, in both orders.
bool accepts_one_by_one(Driver& driver, const Related& related) {
  const auto accepted = [&](const Request& request) { return driver.send(request).delivered(); };
  std::vector<Request> reversed = requests_of(driver, related);
  std::ranges::reverse(reversed);
  return std::ranges::all_of(requests_of(driver, related), accepted) &&
         std::ranges::all_of(reversed, accepted);
}

// A handler can have locked a human or a booking for as long as it works on an event.
Finding similar_at_once(Driver& driver) {
  for (const Related& related : kRelated) {
    const std::vector<Request> requests = requests_of(driver, related);
    const auto replies = driver.send_at_once(requests);
    if (first_rejected(replies) == nullptr) continue;
    if (!accepts_one_by_one(driver, related)) {
      return skipped("the handler rejects " + std::string(related.words) +
                     " one after the other, too: see " + std::string(related.see));
    }
    return failed("a 2xx status for each",
                  describe_some_rejected(replies, driver.subject()) + " for " +
                      std::string(related.words) + " at once",
                  {requests, Evidence::Manner::at_once});
  }
  return passed();
}

const Check kChecks[] = {
    {{kSimilar, "accepts bookings that have something in common", Level::must,
      "The same event can arrive twice; receivers deduplicate by data.id, with the event's name. "
      "Our reading: bookings with different ids are different bookings.",
      source::kDelivery,
      "deduplicate by event name and data.id only, and have no unique key on other fields: a human "
      "and an attendee can have many bookings, and the slot of a cancelled booking is booked "
      "again"},
     similar_bookings},
    {.info = {"idempotency.similar-at-once", "accepts related events that arrive at once",
              Level::should,
              "Any 2xx is success; everything else is failure, and is retried after 5 minutes. Our "
              "reading: events of one human, or of one booking, can arrive at the same time.",
              source::kDelivery,
              "wait for the lock of a booking or a human, or queue the event and return 200: an "
              "event that is rejected arrives 5 minutes later"},
     .run = similar_at_once,
     .follows = "delivery.concurrent"},
};

}  // namespace

}  // namespace slotflow::similar

namespace slotflow {

std::span<const Check> similar_booking_checks() {
  return similar::kChecks;
}

}  // namespace slotflow
