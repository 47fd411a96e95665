#include "domain/booking.h"

#include <chrono>
#include <utility>

#include "domain/choices.h"
#include "domain/short_text.h"

namespace slotflow {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

struct Name {
  std::string_view written;
  std::string_view ascii;  // for the e-mail address
};
// Some are not ASCII: a handler that fails on them fails on real bookings, too.
constexpr std::array<Name, 14> kFirstNames{{
    {"Alex", "alex"},
    {"Amara", "amara"},
    {"Björn", "bjorn"},
    {"Chen", "chen"},
    {"Diego", "diego"},
    {"Elena", "elena"},
    {"Fatima", "fatima"},
    {"Grace", "grace"},
    {"Hiro", "hiro"},
    {"Inès", "ines"},
    {"Jonas", "jonas"},
    {"Priya", "priya"},
    {"Sam", "sam"},
    {"Zoë", "zoe"},
}};
constexpr std::array<Name, 14> kLastNames{{
    {"Andersen", "andersen"},
    {"Bauer", "bauer"},
    {"Costa", "costa"},
    {"Dubois", "dubois"},
    {"Evans", "evans"},
    {"García", "garcia"},
    {"Haddad", "haddad"},
    {"Kim", "kim"},
    {"Müller", "muller"},
    {"Novak", "novak"},
    {"Okafor", "okafor"},
    {"Patel", "patel"},
    {"Rivera", "rivera"},
    {"Tanaka", "tanaka"},
}};
// Half an hour, as in Slotflow's example, is the most frequent.
constexpr std::array<int, 5> kMinutes{30, 30, 15, 45, 60};
constexpr std::size_t kLargestBooking = 640;    // bytes of its text
constexpr std::size_t kLargestBeginning = 128;  // bytes of a payload before its booking

template <typename Table>
const typename Table::value_type& pick(const Table& table, Random& random) {
  return table[random.below(table.size())];
}

// Returns a day from tomorrow on, so that it is in the future at any time of day, within two weeks.
sys_days working_day(Timestamp now, Random& random) {
  constexpr int kDays = 13;
  const sys_days today = std::chrono::floor<days>(now);
  std::array<sys_days, kDays> working;
  std::size_t count = 0;
  std::chrono::weekday weekday(today);
  for (int ahead = 1; ahead <= kDays; ++ahead) {
    ++weekday;
    if (weekday.iso_encoding() <= 5) working[count++] = today + days(ahead);
  }
  return working[random.below(count)];
}

// Returns a start at 09:00 UTC or later; the booking ends by 18:00.
Timestamp working_time(sys_days day, int duration, Random& random) {
  constexpr int kOpens = 9 * 60;
  constexpr int kCloses = 18 * 60;
  const auto slots = static_cast<std::uint64_t>((kCloses - kOpens - duration) / 30 + 1);
  return day + minutes(kOpens + 30 * static_cast<int>(random.below(slots)));
}

// Returns four random digits.
std::size_t number(Random& random) {
  return 1'000 + random.below(9'000);
}

std::string_view id_of_preset(Preset preset) {
  switch (preset) {
    case Preset::sales:
      return R"("lead_id":"lead_)";
    case Preset::support:
      return R"("ticket_id":"ticket_)";
    case Preset::recruiting:
      return R"("candidate_id":"candidate_)";
  }
  return {};
}

}  // namespace

Preset parse_preset(std::string_view name) {
  return require_row("--preset", kPresets, name).preset;
}

std::vector<std::string> preset_choices() {
  return names_of(kPresets);
}

// Written as text: nothing in the tables above needs an escape.
std::string booking_text(Event event, Timestamp now, Preset preset, Random& random) {
  ShortText<kLargestBooking> text;
  text.append(R"({"id":")");
  text.append(random.uuid_text());
  text.append(R"(","human_id":")");
  text.append(random.uuid_text());
  const int duration = pick(kMinutes, random);
  const sys_days day = working_day(now, random);
  const Timestamp starts_at = working_time(day, duration, random);
  const Name& first = pick(kFirstNames, random);
  const Name& last = pick(kLastNames, random);
  text.append(R"(","starts_at":")");
  text.append(iso8601_text(starts_at));
  text.append(R"(","ends_at":")");
  text.append(iso8601_text(starts_at + minutes(duration)));
  text.append(R"(","duration_minutes":)");
  text.append(static_cast<std::size_t>(duration));
  text.append(R"(,"attendee_name":")");
  text.append(first.written);
  text.append(" ");
  text.append(last.written);
  text.append(R"(","attendee_email":")");
  text.append(first.ascii);
  text.append(".");
  text.append(last.ascii);
  text.append(R"(@example.com","status":")");
  text.append(info(event).short_name);
  text.append(R"(","metadata":{)");
  text.append(id_of_preset(preset));
  text.append(number(random));
  text.append(R"(","conversation_id":"conv_)");
  text.append(number(random));
  text.append(R"(","source":")");
  text.append(kPresets[static_cast<std::size_t>(preset)].source);
  text.append(R"("}})");
  return std::string(text.view());
}

std::string payload_text(Event event, Timestamp created_at, std::string_view booking) {
  ShortText<kLargestBeginning> beginning;
  beginning.append(R"({"event":")");
  beginning.append(info(event).name);
  beginning.append(R"(","created_at":")");
  beginning.append(iso8601_text(created_at));
  beginning.append(R"(","data":)");
  std::string text;
  text.reserve(beginning.view().size() + booking.size() + 1);
  text.append(beginning.view()).append(booking).append("}");
  return text;
}

Json make_booking(Event event, Timestamp now, Preset preset, Random& random) {
  return Json::parse(booking_text(event, now, preset, random));
}

Json make_payload(Event event, Timestamp created_at, Json booking) {
  Json payload = Json::parse(payload_text(event, created_at, "null"));
  payload["data"] = std::move(booking);
  return payload;
}

}  // namespace slotflow
