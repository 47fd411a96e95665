#include "api/state.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

const Timestamp kLoadedAt = parse_iso8601("2026-03-10T14:05:00Z").value();

ApiState parsed(const std::string& text) {
  IdSource ids(7);
  return parse_state(text, ids, kLoadedAt);
}

}  // namespace

TEST_CASE("state: what is written is read again, each number with its digits") {
  const std::string text =
      R"({"plan":"growth","webhooks":[{"id":"w","url":"http://a/","events":["booking.cancelled"],)"
      R"("signing_secret":"whsec_x","active":false,"created_at":"2026-01-01T00:00:00.000Z"}],)"
      R"("humans":[{"id":"h","name":"Ada","email":"a@b","role":null,"timezone":"Europe/Berlin",)"
      R"("active":false,"created_at":"2026-01-01T00:00:00.000Z","availability_rules":)"
      R"({"working_days":[1],"work_start":"09:00","work_end":"17:00","meeting_durations":[30]}}],)"
      R"("overrides":[{"id":"o","human_id":"h","type":"open","title":"x","all_day":false,)"
      R"("start_date":"2026-03-14","end_date":null,"start_time":"10:00","end_time":"12:00",)"
      R"("recurrence":{"freq":"weekly","days":[6]},"created_at":"2026-01-01T00:00:00.000Z"}],)"
      R"("bookings":[{"id":"b","human_id":"h","starts_at":"2026-03-14T10:00:00.000Z",)"
      R"("ends_at":"2026-03-14T10:30:00.000Z","duration_minutes":30,"attendee_name":"Sam",)"
      R"("attendee_email":null,"status":"cancelled","metadata":{"n":1.50,"n":2e400},)"
      R"("created_at":"2026-01-01T00:00:00.000Z"}]})";
  CHECK(state_json(parsed(text)) == text);
}

TEST_CASE("state: what the API would make is made") {
  const ApiState state =
      parsed(R"({"webhooks":[{"url":"http://a"}],"humans":[{"name":"Ada","timezone":"UTC"}],)"
             R"("overrides":null})");
  CHECK_FALSE(state.plan);
  CHECK(state.webhooks.at(0).wants(Event::booking_confirmed));
  CHECK(state.webhooks.at(0).wants(Event::booking_cancelled));
  CHECK(state.webhooks.at(0).active);
  CHECK(state.webhooks.at(0).url == "http://a/");
  const Human& human = state.organisation.humans.at(0);
  CHECK(human.active);
  CHECK(human.created_at == kLoadedAt);
  CHECK(human.id != state.webhooks.at(0).id);
  CHECK_FALSE(human.availability_rules);
  CHECK(parsed("{}").is_empty());
  CHECK_FALSE(state.is_empty());
}

TEST_CASE("state: what is not a state is refused with its place") {
  const auto refusal = [](const std::string& text) { return thrown([&] { parsed(text); }); };
  const std::string expected =
      "VALIDATION_ERROR: expected a JSON object with plan, webhooks, humans, overrides and "
      "bookings, got ";
  CHECK(refusal("[]") == expected + "an array");
  CHECK(refusal("{").starts_with(expected));
  CHECK(refusal(R"({"humans":[{"name":"A","timezone":"UTC","id":""}]})") ==
        "VALIDATION_ERROR: humans[0].id: expected an id, got ''");
  CHECK(refusal(R"({"humans":[{"id":"a","name":"A","timezone":"UTC"}],"bookings":[{"human_id":"a",)"
                R"("starts_at":"soon"}]})")
            .starts_with("VALIDATION_ERROR: bookings[0].starts_at: expected a time such as"));
  CHECK(refusal(R"({"humans":[{"id":"a","name":"A","timezone":"UTC"}],"bookings":[{"human_id":"a",)"
                R"("starts_at":"2026-01-01T00:00Z","attendee_name":"S","duration_minutes":0}]})")
            .starts_with("VALIDATION_ERROR: bookings[0].duration_minutes: expected 1 to 1440"));
}

TEST_CASE("state: confirmed bookings of a human do not overlap") {
  const auto bookings = [](const std::vector<std::string>& times) {
    std::string text = R"({"humans":[{"id":"a","name":"A","timezone":"UTC"},)"
                       R"({"id":"b","name":"B","timezone":"UTC"}],"bookings":[)";
    for (const std::string& time : times) {
      if (!text.ends_with('[')) text += ",";
      text += R"({"attendee_name":"S","duration_minutes":30,"starts_at":"2026-01-01T)" + time + "}";
    }
    return text + "]}";
  };
  const std::string ten = R"(10:00:00Z","human_id":"a")";
  const std::string half_past = R"(10:30:00Z","human_id":"a")";
  CHECK(parsed(bookings({half_past, ten, R"(10:10:00Z","human_id":"b")",
                         R"(10:10:00Z","human_id":"a","status":"cancelled")"}))
            .organisation.bookings.size() == 4);
  for (const std::string time : {"09:31:00", "10:00:00", "10:29:00", "10:59:00"}) {
    const std::string third = time + R"(Z","human_id":"a")";
    CHECK(thrown([&] { parsed(bookings({ten, half_past, third})); }) ==
          "VALIDATION_ERROR: bookings[2].starts_at: expected a time at which 'a' has no other "
          "confirmed booking, got '2026-01-01T" +
              time + ".000Z'");
  }
}
