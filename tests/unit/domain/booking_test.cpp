#include "domain/booking.h"

#include <set>

#include <doctest/doctest.h>

#include "domain/utf8.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

Timestamp moment(const char* text) {
  return parse_iso8601(text).value();
}

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> result;
  for (const auto& member : object.items()) result.push_back(member.key());
  return result;
}

Json booking(std::uint64_t seed, Event event = Event::booking_confirmed,
             Preset preset = Preset::sales, const char* now = "2026-03-10T14:05:00Z") {
  Random random(seed);
  return make_booking(event, moment(now), preset, random);
}

void check_times(const Json& data, Timestamp now) {
  const Timestamp starts = moment(data["starts_at"].get<std::string>().c_str());
  const Timestamp ends = moment(data["ends_at"].get<std::string>().c_str());
  const int duration = data["duration_minutes"];
  REQUIRE((duration == 15 || duration == 30 || duration == 45 || duration == 60));
  REQUIRE(ends - starts == std::chrono::minutes(duration));
  REQUIRE(starts > now);
  REQUIRE(ends - now < std::chrono::days(15));

  const auto day = std::chrono::floor<std::chrono::days>(starts);
  REQUIRE((starts - day) % 30min == 0ms);
  REQUIRE(starts - day >= 9h);
  REQUIRE(starts - day <= 17h + 30min);
  REQUIRE(ends - day <= 18h);
  REQUIRE(std::chrono::weekday(day).iso_encoding() <= 5);
}

void check_attendee(const Json& data) {
  const std::string name = data["attendee_name"];
  const std::string email = data["attendee_email"];
  REQUIRE(is_utf8(name));
  REQUIRE(name.find(' ') != std::string::npos);
  REQUIRE(email.ends_with("@example.com"));
  const std::string local = email.substr(0, email.find('@'));
  REQUIRE(local.find_first_not_of("abcdefghijklmnopqrstuvwxyz.") == std::string::npos);
  // Where the name is ASCII, the address is the same in lower case.
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ") !=
      std::string::npos) {
    return;
  }
  std::string expected = name;
  for (char& c : expected) {
    if (c == ' ') c = '.';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  REQUIRE(local == expected);
}

}  // namespace

TEST_CASE("booking: realistic for every seed, event, preset and time of day") {
  const std::vector<std::string> order{"id",
                                       "human_id",
                                       "starts_at",
                                       "ends_at",
                                       "duration_minutes",
                                       "attendee_name",
                                       "attendee_email",
                                       "status",
                                       "metadata"};
  for (const char* now : {"2026-03-10T14:05:00Z", "2026-12-31T23:59:59.999Z",
                          "2027-01-01T00:00:00Z", "2024-02-28T09:00:00Z", "2026-03-13T17:30:00Z"}) {
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
      const Event event = kEvents[seed % kEvents.size()].event;
      const Preset preset = kPresets[seed % kPresets.size()].preset;
      const Json data = booking(seed, event, preset, now);
      CAPTURE(data.dump());
      REQUIRE(names(data) == order);
      REQUIRE(data["status"] == info(event).short_name);
      check_times(data, moment(now));
      check_attendee(data);
    }
  }
}

TEST_CASE("booking: equal random numbers give the same booking for each event") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Json confirmed = booking(seed);
    const Json cancelled = booking(seed, Event::booking_cancelled);
    CHECK(confirmed == booking(seed));
    confirmed["status"] = "cancelled";
    CHECK(confirmed == cancelled);
  }
}

TEST_CASE("booking: its text is what the JSON library writes") {
  const Timestamp now = moment("2026-03-10T14:05:00.007Z");
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const Event event = kEvents[seed % kEvents.size()].event;
    const Preset preset = kPresets[seed % kPresets.size()].preset;
    Random random(seed);
    const std::string text = booking_text(event, now, preset, random);
    random = Random(seed);
    const Json value = make_booking(event, now, preset, random);
    REQUIRE(text == to_line(value));
    REQUIRE(payload_text(event, now, text) == to_line(make_payload(event, now, value)));
  }
}

TEST_CASE("booking: its ids use the first random numbers") {
  Random random(5);
  const std::string id = random.uuid();
  const std::string human_id = random.uuid();
  CHECK(booking(5)["id"] == id);
  CHECK(booking(5)["human_id"] == human_id);
}

TEST_CASE("booking: seeds differ in all that is random") {
  std::set<std::string> ids;
  std::set<std::string> attendees;
  std::set<std::string> starts;
  std::set<int> durations;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Json data = booking(seed);
    ids.insert(data["id"].get<std::string>());
    attendees.insert(data["attendee_email"].get<std::string>());
    starts.insert(data["starts_at"].get<std::string>());
    durations.insert(data["duration_minutes"].get<int>());
  }
  CHECK(ids.size() == 500);
  CHECK(attendees.size() > 100);
  CHECK(starts.size() > 50);
  CHECK(durations == std::set<int>{15, 30, 45, 60});
}

TEST_CASE("booking: metadata as the preset's agent passes it") {
  struct Case {
    Preset preset;
    const char* id;
    const char* prefix;
    const char* source;
  };
  for (const Case& one : {Case{Preset::sales, "lead_id", "lead_", "ai_sdr"},
                          {Preset::support, "ticket_id", "ticket_", "ai_support"},
                          {Preset::recruiting, "candidate_id", "candidate_", "ai_recruiter"}}) {
    const Json metadata = booking(1, Event::booking_confirmed, one.preset)["metadata"];
    CHECK(names(metadata) == std::vector<std::string>{one.id, "conversation_id", "source"});
    CHECK(metadata[one.id].get<std::string>().starts_with(one.prefix));
    CHECK(metadata["conversation_id"].get<std::string>().starts_with("conv_"));
    CHECK(metadata["source"] == one.source);
  }
}

TEST_CASE("booking: the payload has the documented form") {
  const Json payload =
      make_payload(Event::booking_cancelled, moment("2026-03-10T14:05:00Z"), Json{{"id", "x"}});
  CHECK(
      to_line(payload) ==
      R"({"event":"booking.cancelled","created_at":"2026-03-10T14:05:00.000Z","data":{"id":"x"}})");
}
