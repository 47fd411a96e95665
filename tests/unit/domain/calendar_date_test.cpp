#include "domain/calendar_date.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;

TEST_CASE("calendar date: the one form") {
  for (const char* text : {"2026-03-16", "2024-02-29", "0001-01-01", "9998-12-31"}) {
    const std::optional<Date> date = parse_date(text);
    REQUIRE(date);
    CHECK(date_text(*date) == text);
  }
  for (const char* text : {"", "2026-3-16", "2026-03-16 ", "2026/03/16", "2025-02-29", "2026-13-01",
                           "2026-00-01", "2026-04-31", "0000-01-01", "9999-01-01", "20260316",
                           "2026-03-16T00:00:00Z", "+026-03-16", "2026-03--1"}) {
    CAPTURE(text);
    CHECK(!parse_date(text));
  }
  CHECK(test::thrown([] { require_date("date_from", "16.3.2026"); }) ==
        "VALIDATION_ERROR: date_from: expected a date such as 2026-03-16, got '16.3.2026'");
}
