#include "support/enum_words.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

// What a failing assertion shows.
template <typename T>
std::string shown(const T& value) {
  using doctest::toString;
  return toString(value).c_str();
}

}  // namespace

TEST_CASE("enum_words: enumerations are shown as words") {
  CHECK(shown(Event::booking_cancelled) == "booking.cancelled");
  CHECK(shown(Plan::growth) == "growth");
  CHECK(shown(Preset::support) == "support");
  CHECK(shown(ErrorCode::io_error) == "IO_ERROR");
  CHECK(shown(Outcome::retrying) == "retrying");
  CHECK(shown(FailureKind::dns) == "dns");
  CHECK(shown(SignatureVerdict::stale) == "stale");
  CHECK(shown(CheckVerdict::skipped) == "skipped");
  CHECK(shown(Level::must) == "must");
  CHECK(shown(Tamper::none) == "none");
  CHECK(shown(Tamper::missing) == "missing");
  CHECK(shown(WirePlan::End::hold) == "hold");
  CHECK(shown(JsonScanner::Token::bad) == "bad");
  CHECK(shown(Deadline::Cause::interrupted) == "interrupted");
  CHECK(shown(http::Reader::State::complete) == "complete");
}

TEST_CASE("enum_words: lists and options of them, too") {
  CHECK(shown(std::optional<Event>()) == "nullopt");
  CHECK(shown(std::optional(Event::booking_confirmed)) == "booking.confirmed");
  CHECK(shown(std::vector<Event>()) == "{}");
  CHECK(shown(std::vector{Plan::free, Plan::starter}) == "{free, starter}");
}
