#include "domain/event.h"

#include <doctest/doctest.h>

#include "support/enum_words.h"
#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

TEST_CASE("event: both names are accepted, and the table is in the enum's order") {
  for (const EventInfo& row : kEvents) {
    CHECK(parse_event("EVENT", row.name) == row.event);
    CHECK(parse_event("EVENT", row.short_name) == row.event);
    CHECK(info(row.event).name == row.name);
  }
}

TEST_CASE("event: the error for an unknown event lists the valid ones") {
  CHECK(thrown([] { parse_event("EVENT", "booking.canceled"); }) ==
        "USAGE: EVENT: expected confirmed, cancelled, booking.confirmed or booking.cancelled, got "
        "'booking.canceled' | hint: did you mean 'booking.cancelled'?");
  CHECK(thrown([] { parse_event("EVENT", "all"); }) ==
        "USAGE: EVENT: expected confirmed, cancelled, booking.confirmed or booking.cancelled, got "
        "'all'");
  CHECK(thrown([] { parse_event("EVENT", "Confirmed"); }) ==
        "USAGE: EVENT: expected confirmed, cancelled, booking.confirmed or booking.cancelled, got "
        "'Confirmed' | hint: did you mean 'confirmed'?");
}

TEST_CASE("event: stored names are exact") {
  CHECK(event_named("booking.confirmed") == Event::booking_confirmed);
  CHECK(event_named("booking.cancelled") == Event::booking_cancelled);
  CHECK_FALSE(event_named("confirmed").has_value());
  CHECK_FALSE(event_named("").has_value());
}

TEST_CASE("event: lists have no duplicates and keep the table's order") {
  const std::vector<Event> both{Event::booking_confirmed, Event::booking_cancelled};
  CHECK(parse_event_list({"all"}) == both);
  CHECK(parse_event_list({"cancelled,confirmed"}) == both);
  CHECK(parse_event_list({"cancelled", "booking.confirmed, cancelled"}) == both);
  CHECK(parse_event_list({"booking.cancelled"}) == std::vector{Event::booking_cancelled});
}

TEST_CASE("event: a list names at least one") {
  const std::string expected =
      "USAGE: --events: expected confirmed, cancelled, booking.confirmed, booking.cancelled or "
      "all, got ''";
  CHECK(thrown([] { parse_event_list({}); }) == expected);
  CHECK(thrown([] { parse_event_list({""}); }) == expected);
  CHECK(thrown([] { parse_event_list({"confirmed,"}); }) == expected);
  CHECK(thrown([] { parse_event_list({"confirmed,,cancelled"}); }) == expected);
  CHECK(thrown([] { parse_event_list({"confirmed,deleted"}); }) ==
        "USAGE: --events: expected confirmed, cancelled, booking.confirmed, booking.cancelled or "
        "all, got 'deleted'");
}

TEST_CASE("event: the choices for help and completions") {
  CHECK(event_choices(false) == std::vector<std::string>{"confirmed", "cancelled",
                                                         "booking.confirmed", "booking.cancelled"});
  CHECK(event_choices(true).back() == "all");
}
