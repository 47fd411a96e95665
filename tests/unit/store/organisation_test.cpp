#include "store/organisation.h"

#include <doctest/doctest.h>

#include "domain/calendar_date.h"
#include "domain/schedule_json.h"
#include "support/organisations.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

struct Office {
  Office() { organisation.set_availability(ada, office_hours()); }

  std::string refusal(const NewBooking& booking, std::optional<Plan> plan = std::nullopt) {
    return thrown([&] { organisation.book(booking, plan, kHistoryTime); });
  }
  std::size_t free_on(const char* date, int duration = 30) {
    return organisation.slots(ada, parse_date_range(date, date), duration).slots.size();
  }
  std::string listed(const BookingFilter& filter, std::int64_t limit = 50,
                     std::int64_t offset = 0) {
    const BookingPage page = organisation.bookings(filter, limit, offset);
    std::string text = std::to_string(page.total);
    for (const Booking& booking : page.bookings) text += " " + booking.id;
    return text;
  }

  const TempDir dir;
  const std::string path = dir.file("store.db");
  Organisation organisation = open_organisation(path);
  const std::string ada = organisation.add_human(kAda, std::nullopt, kHistoryTime).id;
};

OverrideTimes on_day(OverrideType type, const char* date) {
  return {.type = type, .start_date = require_date("date", date)};
}

constexpr char kNoHuman[] = "NOT_FOUND: Human not found.";

}  // namespace

TEST_CASE("organisation: people are kept, and deleted ones are inactive") {
  Office office;
  Organisation& organisation = office.organisation;
  const Human eve = organisation.add_human(
      {.name = "Eve", .timezone = "Asia/Kathmandu", .email = "e@x.io", .role = "AE"}, std::nullopt,
      kHistoryTime + 1s);
  CHECK(eve.active);
  CHECK(organisation.humans().size() == 2);
  // Another process sees the same.
  Organisation other = open_organisation(office.path);
  const Human found = other.human(eve.id);
  CHECK(found.name == "Eve");
  CHECK(found.email == "e@x.io");
  CHECK(found.role == "AE");
  CHECK(found.timezone == "Asia/Kathmandu");
  CHECK(found.created_at == kHistoryTime + 1s);
  CHECK(!found.availability_rules);
  CHECK(other.human(office.ada).availability_rules->meeting_durations == std::vector{30, 60});
  other.delete_human(eve.id);
  CHECK(organisation.humans().size() == 1);
  CHECK(!organisation.human(eve.id).active);
  CHECK(thrown([&] { organisation.delete_human(eve.id); }) == kNoHuman);
  CHECK(thrown([&] { organisation.set_availability(eve.id, office_hours()); }) == kNoHuman);
  CHECK(thrown([&] { organisation.overrides(eve.id); }) == kNoHuman);
  CHECK(thrown([&] { organisation.human("unknown"); }) == kNoHuman);
  CHECK(thrown([&] {
          organisation.add_human({.name = "Max", .timezone = "America/San_Francisco"}, std::nullopt,
                                 kHistoryTime);
        }).ends_with("did you mean 'America/Los_Angeles'?"));
}

TEST_CASE("organisation: overrides") {
  Office office;
  Organisation& organisation = office.organisation;
  OverrideTimes weekly_block = weekly(OverrideType::block, 2, {14h, 15h});
  const auto added = organisation.add_override(office.ada, "Standup", weekly_block, kHistoryTime);
  organisation.add_override(office.ada, "Leave", on_day(OverrideType::block, "2026-02-01"),
                            kHistoryTime);
  const auto found = organisation.overrides(office.ada);
  REQUIRE(found.size() == 2);
  CHECK(found[0].title == "Leave");
  CHECK(to_line(json_of(found[1])) == to_line(json_of(added)));
  const auto unknown = [&](const std::string& human, const std::string& id) {
    return thrown([&] { organisation.delete_override(human, id); });
  };
  const std::string eve = organisation.add_human(kAda, std::nullopt, kHistoryTime).id;
  CHECK(unknown(eve, added.id) == "NOT_FOUND: Override not found.");
  CHECK(unknown("unknown", added.id) == kNoHuman);
  organisation.delete_override(office.ada, added.id);
  CHECK(unknown(office.ada, added.id) == "NOT_FOUND: Override not found.");
  CHECK(organisation.overrides(office.ada).size() == 1);
  CHECK(thrown([&] { organisation.add_override("unknown", "x", weekly_block, kHistoryTime); }) ==
        kNoHuman);
}

TEST_CASE("organisation: slots follow rules, overrides and bookings at once") {
  Office office;
  Organisation& organisation = office.organisation;
  CHECK(office.free_on("2026-03-16") == 16);
  CHECK(office.free_on("2026-03-16", 60) == 8);
  CHECK(office.free_on("2026-03-21") == 0);
  const Booking booking =
      organisation.book(booking_at(office.ada, "2026-03-16T14:00Z"), std::nullopt, kHistoryTime);
  CHECK(office.free_on("2026-03-16") == 15);
  CHECK(office.free_on("2026-03-16", 60) == 7);
  organisation.cancel(booking.id);
  CHECK(office.free_on("2026-03-16") == 16);
  organisation.add_override(office.ada, "Weekend", on_day(OverrideType::open, "2026-03-21"),
                            kHistoryTime);
  CHECK(office.free_on("2026-03-21") == 48);
  organisation.add_override(office.ada, "Off", on_day(OverrideType::block, "2026-03-16"),
                            kHistoryTime);
  CHECK(office.free_on("2026-03-16") == 0);
  CHECK(thrown([&] { office.free_on("2026-03-16", 45); }) ==
        "INVALID_DURATION: duration: expected 30 or 60 minutes, as this human's meeting_durations "
        "say");
  CHECK(organisation.slots(office.ada, parse_date_range("2026-03-16", "2026-03-16"), 30).timezone ==
        "America/New_York");
}

TEST_CASE("organisation: a person without rules has no slots, and cannot be booked") {
  Office office;
  const std::string eve = office.organisation.add_human(kAda, std::nullopt, kHistoryTime).id;
  const DateRange range = parse_date_range("2026-03-16", "2026-03-20");
  CHECK(office.organisation.slots(eve, range, 30).slots.empty());
  CHECK(office.refusal(booking_at(eve, "2026-03-16T14:00Z")) ==
        "INVALID_DURATION: duration: this human has no meeting durations yet");
  CHECK(thrown([&] { office.organisation.slots("unknown", range, 30); }) == kNoHuman);
}

TEST_CASE("organisation: a booking, and why one is refused") {
  Office office;
  NewBooking wanted = booking_at(office.ada, "2026-03-16T14:10Z");
  wanted.attendee_email = "b@x.io";
  wanted.metadata = R"({"deal": 1.50})";
  const Booking booking = office.organisation.book(wanted, std::nullopt, kHistoryTime);
  CHECK(to_iso8601(booking.ends_at()) == "2026-03-16T14:40:00.000Z");
  CHECK(booking.status == BookingStatus::confirmed);
  const Booking kept = office.organisation.bookings({}, 50, 0).bookings.at(0);
  CHECK(kept.id == booking.id);
  CHECK(kept.starts_at == wanted.starts_at);
  CHECK(kept.duration == 30min);
  CHECK(kept.attendee_email == "b@x.io");
  CHECK(kept.metadata == wanted.metadata);
  CHECK(kept.created_at == kHistoryTime);

  CHECK(office.refusal(wanted) == "SLOT_UNAVAILABLE: The requested slot is no longer available.");
  CHECK(
      office.refusal(booking_at(office.ada, "2026-03-16T13:45Z")).starts_with("SLOT_UNAVAILABLE"));
  CHECK(office.refusal(booking_at(office.ada, "2026-03-16T14:40Z")) == "nothing");
  CHECK(office.refusal(booking_at(office.ada, "2026-03-16T12:00Z"))
            .starts_with("OUTSIDE_WORKING_HOURS"));
  CHECK(office.refusal(booking_at(office.ada, "2026-03-16T16:00Z", 45))
            .starts_with("INVALID_DURATION"));
  office.organisation.add_override(office.ada, "Off", on_day(OverrideType::block, "2026-03-17"),
                                   kHistoryTime);
  CHECK(
      office.refusal(booking_at(office.ada, "2026-03-17T14:00Z")).starts_with("SCHEDULE_BLOCKED"));
  CHECK(office.refusal(booking_at("unknown", "2026-03-17T14:00Z")) == kNoHuman);
  CHECK(office.refusal(booking_at(office.ada, "9999-01-01T00:00Z"))
            .starts_with("VALIDATION_ERROR: starts_at: "));
  CHECK(office.listed({}) == "2 id3 id2");
  office.organisation.delete_human(office.ada);
  CHECK(office.refusal(booking_at(office.ada, "2026-03-18T14:00Z")) == kNoHuman);
  CHECK(office.listed({}) == "2 id3 id2");
}

TEST_CASE("organisation: bookings are listed with filters, the newest start first") {
  Office office;
  for (const char* start : {"2026-03-17T14:00Z", "2026-03-16T14:00Z", "2026-03-18T14:00Z"}) {
    office.organisation.book(booking_at(office.ada, start), std::nullopt, kHistoryTime);
  }
  office.organisation.cancel("id3");
  CHECK(office.listed({}) == "3 id4 id2 id3");
  CHECK(office.listed({}, 1, 1) == "3 id2");
  CHECK(office.listed({}, 1, 3) == "3");
  CHECK(office.listed({.status = BookingStatus::confirmed}) == "2 id4 id2");
  CHECK(office.listed({.status = BookingStatus::cancelled}) == "1 id3");
  CHECK(office.listed({.human_id = office.ada, .from = time_at("2026-03-17T14:00Z")}) ==
        "2 id4 id2");
  CHECK(office.listed({.before = time_at("2026-03-17T14:00Z")}) == "1 id3");
  CHECK(office.listed({.human_id = "unknown"}) == "0");
  CHECK(thrown([&] { office.organisation.cancel("id3"); }) == "NOT_FOUND: Booking not found.");
  CHECK(thrown([&] { office.organisation.cancel("unknown"); }) == "NOT_FOUND: Booking not found.");
}

TEST_CASE("organisation: what belongs to a booking is written with it, or neither is") {
  Office office;
  const auto fails = [](const Database& database, const Booking& booking) {
    database.prepare("UPDATE human SET name = ?").bind(1, booking.id).run();
    throw Error(ErrorCode::io_error, "no");
  };
  const NewBooking wanted = booking_at(office.ada, "2026-03-16T14:00Z");
  CHECK(thrown([&] { office.organisation.book(wanted, std::nullopt, kHistoryTime, {fails}); }) ==
        "IO_ERROR: no");
  CHECK(office.listed({}) == "0");
  CHECK(office.organisation.human(office.ada).name == "Ada");
  std::string seen;
  const auto notes = [&](const Database&, const Booking& booking) {
    seen += booking.id + ":" + std::string(to_string(booking.status)) + " ";
  };
  const Booking booking = office.organisation.book(wanted, std::nullopt, kHistoryTime, {notes});
  CHECK(thrown([&] { office.organisation.cancel(booking.id, {fails}); }) == "IO_ERROR: no");
  CHECK(office.listed({.status = BookingStatus::confirmed}) == "1 " + booking.id);
  CHECK(office.organisation.cancel(booking.id, {notes}).status == BookingStatus::cancelled);
  CHECK(seen == booking.id + ":confirmed " + booking.id + ":cancelled ");
}

TEST_CASE("organisation: the plan limits active people, and the bookings of a calendar month") {
  Office office;
  Organisation& organisation = office.organisation;
  CHECK(thrown([&] { organisation.add_human(kAda, Plan::free, kHistoryTime); }) ==
        "LIMIT_REACHED: plan free allows 1 active human, and 1 is active");
  for (int i = 0; i < 4; ++i) organisation.add_human(kAda, Plan::starter, kHistoryTime);
  CHECK(thrown([&] { organisation.add_human(kAda, Plan::starter, kHistoryTime); }) ==
        "LIMIT_REACHED: plan starter allows 5 active humans, and 5 are active");
  organisation.delete_human("id2");
  organisation.add_human(kAda, Plan::starter, kHistoryTime);

  AvailabilityRules always{{1, 2, 3, 4, 5, 6, 7}, {0h, 24h}, {1, 30}};
  organisation.set_availability(office.ada, always);
  const Timestamp last = time_at("2026-03-31T23:59:59.999Z");
  for (int i = 0; i < 100; ++i) {
    NewBooking booking = booking_at(office.ada, "2026-03-16T14:00Z", 1);
    booking.starts_at += std::chrono::minutes(i);
    const std::string id =
        organisation.book(booking, Plan::free, i == 0 ? time_at("2026-03-01T00:00Z") : last).id;
    if (i < 3) organisation.cancel(id);
  }
  const std::string full =
      "LIMIT_REACHED: plan free allows 100 bookings a month, and 100 were created this month";
  // Even if it would be refused anyway; but not if there is no such person.
  const NewBooking next = booking_at(office.ada, "2026-03-20T14:00Z", 45);
  CHECK(thrown([&] { organisation.book(next, Plan::free, last); }) == full);
  CHECK(thrown([&] {
          organisation.book(booking_at("x", "2026-03-20T14:00Z"), Plan::free, last);
        }) == kNoHuman);
  CHECK(office.refusal(booking_at(office.ada, "2026-03-20T14:00Z"), std::nullopt) == "nothing");
  CHECK(thrown([&] {
          organisation.book(booking_at(office.ada, "2026-03-20T15:00Z"), Plan::free, last + 1ms);
        }) == "nothing");
}

TEST_CASE("organisation: its whole state can be taken and set") {
  Office office;
  Organisation& organisation = office.organisation;
  organisation.add_override(office.ada, "Off", on_day(OverrideType::block, "2026-03-17"),
                            kHistoryTime);
  organisation.book(booking_at(office.ada, "2026-03-16T14:00Z"), std::nullopt, kHistoryTime);
  organisation.cancel("id3");
  organisation.delete_human(office.ada);
  const OrganisationState state = organisation.state();
  organisation.set_state({});
  CHECK(organisation.state().humans.empty());
  CHECK(office.listed({}) == "0");
  organisation.set_state(state);
  const OrganisationState again = organisation.state();
  REQUIRE(again.humans.size() == 1);
  CHECK(!again.humans[0].active);
  CHECK(again.humans[0].availability_rules);
  REQUIRE(again.overrides.size() == 1);
  CHECK(again.overrides[0].title == "Off");
  CHECK(office.listed({.status = BookingStatus::cancelled}) == "1 id3");
}
