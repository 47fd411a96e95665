// Whether whatever a booking may hold is taken.
#include <initializer_list>
#include <utility>

#include "conformance/driver.h"

namespace slotflow {

namespace {

constexpr std::string_view kSource = "Slotflow's webhook guide, payload";
constexpr std::string_view kMetadata =
    "metadata is any JSON object or null, and is passed through untouched, whatever it holds.";
constexpr std::string_view kGrows =
    "Clients switch on what they know, and ignore what they do not.";

Finding with_metadata(Driver& driver, Json metadata) {
  Json event = driver.event();
  event["data"]["metadata"] = std::move(metadata);
  return driver.accepted(event);
}

// Beside what an agent's metadata usually has: who relies on that is told so once, by others.
Finding with_more_metadata(Driver& driver, const Json& metadata) {
  Json event = driver.event();
  event["data"]["metadata"].update(metadata);
  return driver.accepted(event);
}

Finding metadata_null(Driver& driver) {
  return with_metadata(driver, nullptr);
}

Finding metadata_absent(Driver& driver) {
  Json event = driver.event();
  event["data"].erase("metadata");
  return driver.accepted(event);
}

Finding metadata_empty(Driver& driver) {
  return with_metadata(driver, Json::object());
}

Finding metadata_nested(Driver& driver) {
  constexpr int kDepth = 100;
  Json nested = "deep";
  for (int i = 0; i < kDepth; ++i) {
    Json level = Json::object();
    level["level"] = std::move(nested);
    nested = Json::array({std::move(level)});
  }
  Json metadata = Json::object();
  metadata["nested"]["level"] = std::move(nested);
  return with_more_metadata(driver, metadata);
}

Finding metadata_large(Driver& driver) {
  constexpr std::size_t kSize = 64 * 1024;
  return with_more_metadata(driver, {{"transcript", std::string(kSize, 'x')}});
}

Finding metadata_unicode(Driver& driver) {
  // Letters beyond Latin-1, an emoji of several code points, U+2028, a lone combining mark.
  return with_more_metadata(driver, {{"n\xc3\xb6te",
                                      "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x91\xa9\xe2\x80\x8d"
                                      "\xf0\x9f\x92\xbb \xe2\x80\xa8 \xcc\x88"}});
}

Finding metadata_prototype(Driver& driver) {
  Json metadata = Json::object();
  metadata["__proto__"] = {{"admin", true}};
  metadata["constructor"] = {{"prototype", {{"admin", true}}}};
  metadata["toString"] = nullptr;
  return with_more_metadata(driver, metadata);
}

Finding metadata_values(Driver& driver) {
  return with_metadata(driver, {{"lead_id", 8294},
                                {"score", 0.75},
                                {"source", true},
                                {"conversation_id", nullptr},
                                {"tags", Json::array({"a", 1, nullptr})},
                                {"order", 9007199254740991},
                                {"owner", {{"id", "u_7"}}}});
}

Finding metadata_keys(Driver& driver) {
  return with_more_metadata(driver, {{"", "no name"},
                                     {"a.b", "a path, to some"},
                                     {"$set", "an operator, to others"},
                                     {"with space", "x"}});
}

Finding metadata_nul(Driver& driver) {
  return with_more_metadata(driver, {{"transcript", std::string("before\0after", 12)}});
}

// What people say in a chat, and what a firewall, a template or a shell may take for its own.
Finding metadata_text(Driver& driver) {
  for (const char* text :
       {"Tom & Jerry <tom@example.com> said \"it's 100% fine\"",
        "select the slot from 9 to 5; drop me a line -- thanks", "<script>alert(1)</script>",
        "../../etc/passwd", "${name} {{name}} %s %n `id` $(id)",
        "line one\r\nline two\ttab \\ backslash"}) {
    Json event = driver.event();
    event["data"]["metadata"]["transcript"] = text;
    Finding finding = driver.accepted(event);
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += " to the text " + Json(text).dump();
    return finding;
  }
  return passed();
}

// What is left of an emoji that was cut in half: JSON allows it, UTF-8 has no way to write it, and
// what becomes of it is up to the library (RFC 8259, section 8.2); some refuse it, cleanly.
Finding metadata_half_character(Driver& driver) {
  Json event = driver.event();
  event["data"]["metadata"]["transcript"] = "CUT";
  std::string text = event.dump();
  const std::string_view place = "\"CUT\"";
  const Request request =
      driver.request(text.replace(text.find(place), place.size(), "\"cut \\ud83d\""));
  const Reply reply = driver.send(request);
  const std::string what = told(reply, driver.subject().timeout);
  const int status = status_of(reply);
  if (reply.delivered() || status == 400 || status == 422) return passed(what);
  return failed("a 2xx status (or 400)", what, request);
}

// The event with each of `values` as this member of its booking.
Finding with_each(Driver& driver, const char* member, std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    Json event = driver.event();
    event["data"][member] = value;
    Finding finding = driver.accepted(event);
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += " to the " + std::string(member) + " '" + value + "'";
    return finding;
  }
  return passed();
}

Finding attendee_name(Driver& driver) {
  return with_each(
      driver, "attendee_name",
      {"Siobhan O'Brien-Smith", "Plato", "Zo\xc3\xab \xc5\x81ukasz", "\xe5\xb1\xb1\xe7\x94\xb0",
       "Alex & Sam <\"A&S\">", "Hubert " + std::string(100, 'W')});
}

Finding attendee_email(Driver& driver) {
  return with_each(
      driver, "attendee_email",
      {"alex+demo@example.com", "Alex.O'Hara@Example.COM", "alex@mail.example.technology"});
}

Finding email_null(Driver& driver) {
  Json event = driver.event();
  event["data"]["attendee_email"] = nullptr;
  return driver.accepted(event);
}

Finding unknown_members(Driver& driver) {
  Json event = driver.event();
  event["api_version"] = "2030-01-01";
  event["data"]["created_at"] = event["created_at"];
  event["data"]["location"] = {{"kind", "video"}, {"tags", Json::array({1, nullptr, "a"})}};
  return driver.accepted(event);
}

Finding unknown_event(Driver& driver) {
  Json event = driver.event();
  event["event"] = "booking.rescheduled";
  return driver.accepted(event);
}

// Half an hour, as any.
Finding with_times(Driver& driver, const std::string& starts_at, const std::string& ends_at) {
  Json event = driver.event();
  event["data"]["starts_at"] = starts_at;
  event["data"]["ends_at"] = ends_at;
  event["data"]["duration_minutes"] = 30;
  return driver.accepted(event);
}

Finding midnight(Driver& driver) {
  return with_times(driver, driver.day(3, 12, "00:00"), driver.day(3, 12, "00:30"));
}

Finding last_day_of_year(Driver& driver) {
  return with_times(driver, driver.day(12, 31, "23:00"), driver.day(12, 31, "23:30"));
}

Finding over_midnight(Driver& driver) {
  return with_times(driver, driver.day(3, 12, "23:45"), driver.day(3, 13, "00:15"));
}

// A retry may come when the booking is over.
Finding past(Driver& driver) {
  return with_times(driver, "2026-01-07T10:00:00.000Z", "2026-01-07T10:30:00.000Z");
}

Finding leap_day(Driver& driver) {
  return with_times(driver, driver.leap_day("10:00"), driver.leap_day("10:30"));
}

Finding duration(Driver& driver) {
  for (const auto& [minutes, ends_at] :
       {std::pair(5, "08:05"), std::pair(50, "08:50"), std::pair(480, "16:00")}) {
    Json event = driver.event();
    event["data"]["starts_at"] = driver.day(3, 12, "08:00");
    event["data"]["ends_at"] = driver.day(3, 12, ends_at);
    event["data"]["duration_minutes"] = minutes;
    Finding finding = driver.accepted(event);
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += " to a booking of " + std::to_string(minutes) + " minutes";
    return finding;
  }
  return passed();
}

// Slotflow: created_at is when the event happened, not when it was sent. The third attempt of 65
// minutes later is signed anew, and bears the created_at of the first.
Finding third_attempt(Driver& driver) {
  constexpr auto kLater = std::chrono::minutes(65);
  Json event = driver.event();
  event["created_at"] = to_iso8601(Timestamp(std::chrono::seconds(driver.now_seconds())) - kLater);
  return driver.accepted(event);
}

const Check kChecks[] = {
    {{"payload.metadata-null", "metadata null is taken", Level::must, kMetadata, kSource,
      "look whether metadata is there before you look into it"},
     metadata_null},
    {{"payload.metadata-absent", "an event without metadata is taken", Level::should, kMetadata,
      kSource, "look whether metadata is there before you look into it"},
     metadata_absent},
    {{"payload.metadata-empty", "metadata {} is taken", Level::must, kMetadata, kSource,
      "take no member of metadata for granted"},
     metadata_empty},
    {{"payload.metadata-nested", "metadata nested 100 levels deep is taken", Level::must, kMetadata,
      kSource, "store metadata as it is, and look only at the members you know"},
     metadata_nested},
    {{"payload.metadata-large", "metadata of 64 KiB is taken", Level::should, kMetadata, kSource,
      "raise the limit of the body parser to 1 MiB, and read the body until its end"},
     metadata_large},
    {{"payload.metadata-unicode", "metadata with any Unicode is taken", Level::must, kMetadata,
      kSource, "read and store text as UTF-8 throughout, and verify bytes, not text"},
     metadata_unicode},
    {{"payload.metadata-prototype", "metadata with keys such as __proto__ is taken", Level::must,
      kMetadata, kSource,
      "do not copy metadata into plain objects key by key; use a Map, or Object.create(null)"},
     metadata_prototype},
    {{"payload.metadata-values", "metadata with values other than text is taken", Level::must,
      kMetadata, kSource, "look what kind of value it is before you use a member of metadata"},
     metadata_values},
    {{"payload.metadata-keys", "metadata with keys of any form is taken", Level::must, kMetadata,
      kSource, "store metadata as one piece of JSON: keys may be empty, or have dots and dollars"},
     metadata_keys},
    {{"payload.metadata-nul", "metadata with a NUL character is taken", Level::should, kMetadata,
      kSource,
      "take \\u0000 out before text goes where it cannot stand, such as PostgreSQL's jsonb"},
     metadata_nul},
    {{"payload.metadata-text", "metadata with text of any kind is taken", Level::must, kMetadata,
      kSource,
      "pass text to databases as bound parameters and escape it where it is shown; and turn rules "
      "of a firewall that look for such words off for this path: the signature tells who sends"},
     metadata_text},
    {{"payload.metadata-half-character", "metadata with half a character does no harm",
      Level::should, kMetadata, kSource,
      "replace what UTF-8 cannot write before text is encoded (toWellFormed(), "
      "errors=\"replace\")"},
     metadata_half_character},
    {{"payload.attendee-name", "names of all kinds are taken", Level::must,
      "attendee_name is a string.", kSource,
      "take a name as it is, of any length and in any script: pass it to databases as a bound "
      "parameter, and escape it where it goes into HTML, XML or a template"},
     attendee_name},
    {{"payload.attendee-email", "addresses of all kinds are taken", Level::must,
      "attendee_email is a string or null.", kSource,
      "do not validate it anew: a plus, an apostrophe, capitals and long domains are allowed"},
     attendee_email},
    {{"payload.email-null", "attendee_email null is taken", Level::must,
      "attendee_email is a string or null.", kSource,
      "look whether attendee_email is there before you use it"},
     email_null},
    {{"payload.unknown-members", "members that are not known are ignored", Level::should, kGrows,
      kSource, "validate the members you use, and let others pass"},
     unknown_members},
    {{"payload.unknown-event", "an event that is not known is answered 2xx", Level::should, kGrows,
      kSource,
      "answer 200 to events you do not know, and leave them alone: an error would only be retried"},
     unknown_event},
    {{"payload.midnight", "a booking at midnight is taken", Level::must,
      "starts_at and ends_at are ISO 8601 in UTC.", kSource,
      "parse times with a library, and test for their presence, not their truth: midnight has hour "
      "0"},
     midnight},
    {{"payload.last-day-of-year", "a booking on the last day of a year is taken", Level::must,
      "starts_at and ends_at are ISO 8601 in UTC.", kSource,
      "compute with times by a library: the next day may be in the next year"},
     last_day_of_year},
    {{"payload.over-midnight", "a booking that ends on the next day is taken", Level::must,
      "starts_at and ends_at are ISO 8601 in UTC.", kSource,
      "compare times with their dates: the end may be earlier on the clock than the start"},
     over_midnight},
    {{"payload.past", "a booking in the past is taken", Level::must,
      "The third attempt comes after an hour and more.", "Slotflow's webhook guide, delivery",
      "take a booking whose time is over: the event may be late, and a refusal makes it later"},
     past},
    {{"payload.leap-day", "a booking on 29 February is taken", Level::must,
      "starts_at and ends_at are ISO 8601 in UTC.", kSource,
      "compute with times by a library: a year later that day does not exist"},
     leap_day},
    {{"payload.duration", "bookings of 5, 50 and 480 minutes are taken", Level::should,
      "duration_minutes is a number.", kSource,
      "take any number of minutes: no list of those that are allowed is documented"},
     duration},
    {{"payload.third-attempt", "an event that happened 65 minutes ago is taken", Level::must,
      "created_at is when the event happened, not when it was sent.", kSource,
      "judge a delivery's age by the signature's t, which each attempt has anew, not by "
      "created_at"},
     third_attempt},
};

}  // namespace

std::span<const Check> payload_checks() {
  return kChecks;
}

}  // namespace slotflow
