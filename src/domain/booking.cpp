#include "domain/booking.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "domain/choices.h"
#include "domain/error.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "domain/text.h"
#include "domain/utf8.h"

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
constexpr std::size_t kUsualSize = 512;  // bytes, more than a booking's

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
  for (int ahead = 1; ahead <= kDays; ++ahead) {
    const sys_days day = today + days(ahead);
    const unsigned weekday = std::chrono::weekday(day).iso_encoding();
    if (weekday <= 5) working[count++] = day;
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
std::string number(Random& random) {
  return std::to_string(1'000 + random.below(9'000));
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

Json value_of(std::string_view text) {
  std::optional<Json> value = try_parse_json(text);
  return value ? std::move(*value) : Json(std::string(text));
}

std::vector<std::string_view> path_segments(std::string_view path, std::string_view assignment) {
  constexpr std::size_t kMaxSegments = 32;
  std::vector<std::string_view> segments = split(path, '.');
  if (std::ranges::any_of(segments, &std::string_view::empty)) {
    throw_expected("--set",
                   "a path such as attendee_name or metadata.lead_id before the =", assignment);
  }
  if (segments.size() > kMaxSegments) {
    throw_expected("--set", "a path of at most 32 names", assignment);
  }
  return segments;
}

// Returns the member `name` of `parent`, and creates it if it is missing. An array grows by one at
// most, so that a mistyped index does not fill the memory. `where` is the path to the parent.
Json& member_of(Json& parent, const std::string& name, const std::string& where) {
  if (parent.is_null()) parent = Json::object();
  if (parent.is_object()) return parent[name];
  if (!parent.is_array()) {
    throw Error(ErrorCode::usage,
                "--set: expected an object or array at " + in_quotes(where) + ", got a " +
                    parent.type_name(),
                "", "--set");
  }
  const std::size_t size = parent.size();
  const std::size_t index = to_number<std::size_t>(name).value_or(size + 1);
  if (index > size) {
    throw_expected("--set",
                   "an index from 0 to " + std::to_string(size) + " in " + in_quotes(where), name);
  }
  return parent[index];
}

// Parses one --metadata: null or an object.
Json metadata_of(std::string_view text) {
  constexpr auto kExpected = "a JSON object, null, KEY=VALUE or @FILE";
  if (!is_utf8(text)) throw_expected("--metadata", "UTF-8", text);
  std::variant<Json, JsonProblem> parsed = parse_json(text);
  if (Json* value = std::get_if<Json>(&parsed)) {
    if (!value->is_object() && !value->is_null()) throw_expected("--metadata", kExpected, text);
    return std::move(*value);
  }
  if (trimmed(text).starts_with('{')) {
    const JsonProblem& problem = std::get<JsonProblem>(parsed);
    throw_expected("--metadata",
                   problem.expected + " at line " + std::to_string(problem.line) + ", column " +
                       std::to_string(problem.column),
                   text);
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw_expected("--metadata", kExpected, text);
  Json member = Json::object();
  member[std::string(text.substr(0, equals))] = value_of(text.substr(equals + 1));
  return member;
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
  std::string text;
  text.reserve(kUsualSize);
  // One statement for each random number: the order of evaluation in one expression is unspecified.
  text += R"({"id":")";
  random.append_uuid(text);
  text += R"(","human_id":")";
  random.append_uuid(text);
  const int duration = pick(kMinutes, random);
  const sys_days day = working_day(now, random);
  const Timestamp starts_at = working_time(day, duration, random);
  const Name& first = pick(kFirstNames, random);
  const Name& last = pick(kLastNames, random);
  text += R"(","starts_at":")";
  append_iso8601(text, starts_at);
  text += R"(","ends_at":")";
  append_iso8601(text, starts_at + minutes(duration));
  text.append(R"(","duration_minutes":)").append(std::to_string(duration));
  text.append(R"(,"attendee_name":")").append(first.written).append(" ").append(last.written);
  text.append(R"(","attendee_email":")").append(first.ascii).append(".").append(last.ascii);
  text.append(R"(@example.com","status":")").append(info(event).short_name);
  text.append(R"(","metadata":{)").append(id_of_preset(preset)).append(number(random));
  text.append(R"(","conversation_id":"conv_)").append(number(random));
  text.append(R"(","source":")").append(kPresets[static_cast<std::size_t>(preset)].source);
  text += R"("}})";
  return text;
}

std::string payload_text(Event event, Timestamp created_at, std::string_view booking) {
  std::string text;
  text.reserve(kUsualSize + booking.size());
  text.append(R"({"event":")").append(info(event).name).append(R"(","created_at":")");
  append_iso8601(text, created_at);
  text.append(R"(","data":)").append(booking).append("}");
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

void set_member(Json& data, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) throw_expected("--set", "PATH=VALUE", assignment);
  if (!is_utf8(assignment)) throw_expected("--set", "UTF-8", assignment);
  Json* place = &data;
  std::string where;
  for (const std::string_view name : path_segments(assignment.substr(0, equals), assignment)) {
    place = &member_of(*place, std::string(name), where);
    where.append(where.empty() ? "" : ".").append(name);
  }
  *place = value_of(assignment.substr(equals + 1));
}

void merge_metadata(Json& data, std::string_view text) {
  Json given = metadata_of(text);
  Json& metadata = data["metadata"];
  if (given.is_null()) {
    metadata = nullptr;
    return;
  }
  if (!metadata.is_object()) metadata = Json::object();
  for (const auto& [name, value] : given.items()) metadata[name] = value;
}

}  // namespace slotflow
