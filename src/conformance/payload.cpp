// Whether the handler accepts every valid booking.
#include <array>
#include <initializer_list>
#include <utility>

#include "conformance/booking_events.h"
#include "conformance/driver.h"
#include "conformance/sources.h"

namespace slotflow::payload {

namespace {

constexpr std::string_view kBookings = "Slotflow's API reference and SDKs, bookings";
constexpr std::string_view kMetadataSource =
    "Slotflow's API reference and SDKs, bookings; webhook guide, payload";
constexpr std::string_view kMetadata =
    "metadata is any JSON object or null, and is passed through untouched, whatever it holds.";
constexpr std::string_view kLoneSurrogate =
    "metadata is any JSON object or null. Our reading: a handler can reject text that UTF-8 cannot "
    "represent, with 400 or 422.";
constexpr std::string_view kLarge = "payload.metadata-large";
constexpr std::string_view kName = "payload.attendee-name";
constexpr std::string_view kNested = "payload.metadata-nested";
constexpr std::string_view kNotDocumented = "not documented by Slotflow";

Finding with_metadata(Driver& driver, Json metadata) {
  Json event = driver.event();
  event["data"]["metadata"] = std::move(metadata);
  return driver.accepted(event);
}

// Keeps the usual metadata fields, because other checks find handlers that rely on them.
Finding with_more_metadata(Driver& driver, const Json& metadata) {
  Json event = driver.event();
  event["data"]["metadata"].update(metadata);
  return driver.accepted(event);
}

Finding with_metadata_cancelled(Driver& driver, Json metadata) {
  Json event = driver.event();
  event["data"]["metadata"] = std::move(metadata);
  return accepted_and_cancelled(driver, event);
}

Finding metadata_null(Driver& driver) {
  return with_metadata_cancelled(driver, nullptr);
}

Finding metadata_absent(Driver& driver) {
  Json event = driver.event();
  event["data"].erase("metadata");
  return driver.accepted(event);
}

Finding metadata_empty(Driver& driver) {
  return with_metadata_cancelled(driver, Json::object());
}

// Returns metadata with so many objects and arrays in one another, itself included.
Json metadata_of_depth(int depth) {
  Json nested = "deep";
  for (int level = depth; level > 1; --level) {
    const bool in_array = level % 2 != 0;
    nested = in_array ? Json::array({std::move(nested)}) : Json{{"level", std::move(nested)}};
  }
  return {{"nested", std::move(nested)}};
}

Finding metadata_nested(Driver& driver) {
  constexpr int kDepth = 30;
  return with_more_metadata(driver, metadata_of_depth(kDepth));
}

// With the event and its data, as deep as Ruby's JSON parser accepts.
Finding metadata_deep(Driver& driver) {
  constexpr int kDepth = 100;
  constexpr int kAround = 2;
  return with_more_metadata(driver, metadata_of_depth(kDepth - kAround));
}

Finding metadata_large(Driver& driver) {
  constexpr std::size_t kSize = 64 * 1024;
  return with_more_metadata(driver, {{"transcript", std::string(kSize, 'x')}});
}

Finding metadata_many(Driver& driver) {
  constexpr int kCount = 1000;
  Json event = driver.event();
  // To assign by name would compare each name with all before.
  auto& metadata = event["data"]["metadata"].get_ref<Json::object_t&>();
  Json list = Json::array();
  for (int i = 1; i <= kCount; ++i) {
    metadata.emplace_back("field_" + std::to_string(i), "x");
    list.push_back(i);
  }
  metadata.emplace_back("more", Json{{"list", std::move(list)}});
  return driver.accepted(event);
}

// The documented ones have at most 12 characters.
Finding metadata_source(Driver& driver) {
  return with_more_metadata(driver, {{"source", "ai_receptionist_for_dentists_2"}});
}

// Characters beyond Latin-1, an emoji of several code points, U+2028, a lone combining mark; also
// in the fields that Slotflow documents, which handlers read.
Finding metadata_unicode(Driver& driver) {
  const std::string text =
      "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x91\xa9\xe2\x80\x8d"
      "\xf0\x9f\x92\xbb \xe2\x80\xa8 \xcc\x88";
  return first_failure(
      std::array{"n\xc3\xb6te", "lead_id", "conversation_id", "source"},
      [&](const char* key) { return with_more_metadata(driver, {{key, text}}); },
      [](const char* key) { return "the value of '" + std::string(key) + "'"; });
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

// Text that people write in a chat, and that a firewall, a template or a shell can misinterpret.
Finding metadata_markup(Driver& driver) {
  const std::string texts[] = {"Tom & Jerry <tom@example.com> said \"it's 100% fine\"",
                               "select the slot from 9 to 5; drop me a line -- thanks",
                               "<script>alert(1)</script>",
                               "../../etc/passwd",
                               "${name} {{name}} %s %n `id` $(id)",
                               "line one\r\nline two\ttab \\ backslash"};
  return first_failure(
      texts,
      [&](const std::string& text) { return with_more_metadata(driver, {{"transcript", text}}); },
      [](const std::string& text) { return "the text " + Json(text).dump(); });
}

// Half of a surrogate pair, as in an emoji that was cut: JSON allows it, UTF-8 cannot represent it,
// and libraries differ (RFC 8259, section 8.2); some reject it cleanly.
Finding metadata_lone_surrogate(Driver& driver) {
  Json event = driver.event();
  event["data"]["metadata"]["transcript"] = "CUT";
  std::string text = event.dump();
  const std::string_view place = "\"CUT\"";
  const Request request =
      driver.request(text.replace(text.find(place), place.size(), "\"cut \\ud83d\""));
  const Reply reply = driver.send(request);
  const int status = status_of(reply);
  if (reply.delivered() || status == 400 || status == 422) {
    return passed(describe(reply, driver.subject().timeout));
  }
  return failed("a 2xx status (or rejection with 400 or 422)", describe(reply, driver.subject()),
                request);
}

// Passes if events with each of `values` in this field of the booking are accepted.
Finding with_each(Driver& driver, const char* member, std::initializer_list<std::string> values) {
  return first_failure(
      values,
      [&](const std::string& value) {
        Json event = driver.event();
        event["data"][member] = value;
        return driver.accepted(event);
      },
      [&](const std::string& value) { return "the " + std::string(member) + " '" + value + "'"; });
}

Finding attendee_name(Driver& driver) {
  return with_each(
      driver, "attendee_name",
      {"Siobhan O'Brien-Smith", "Plato", "Zo\xc3\xab \xc5\x81ukasz", "\xe5\xb1\xb1\xe7\x94\xb0",
       "Alex & Sam <\"A&S\">", "Hubert " + std::string(293, 'W')});
}

// A name that becomes a part of an email's header, or of a line of a file, must not end it.
Finding line_break(Driver& driver) {
  constexpr std::pair<std::string_view, std::string_view> kBreaks[] = {{"LF", "\n"},
                                                                       {"CR LF", "\r\n"}};
  return first_failure(
      kBreaks,
      [&](const auto& one) {
        Json event = driver.event();
        event["data"]["attendee_name"] = "Alex Rivera" + std::string(one.second) + "Cc: ACME Ltd";
        return driver.accepted(event);
      },
      [](const auto& one) { return "a name with " + std::string(one.first) + " in it"; });
}

// RFC 5321, section 4.5.3.1: 64 bytes before the @, and 254 in all. Patterns that backtrack need
// years for many letters and then a sign that they do not know.
Finding attendee_email(Driver& driver) {
  const std::string longest_name = std::string(60, 'a') + "+crm";
  const std::string longest = longest_name + "@" + std::string(60, 'b') + "." +
                              std::string(60, 'c') + "." + std::string(59, 'd') + ".com";
  return with_each(driver, "attendee_email",
                   {"alex+demo@example.com", "Alex.O'Hara@Example.COM",
                    "alex@mail.example.technology", longest_name + "@example.com", longest});
}

Finding email_null(Driver& driver) {
  Json event = driver.event();
  event["data"]["attendee_email"] = nullptr;
  return accepted_and_cancelled(driver, event);
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

constexpr std::string_view kMayBeAbsent = "check that metadata is present before you read it";

const Check kChecks[] = {
    {{"payload.metadata-null", "accepts metadata null", Level::must, kMetadata, kMetadataSource,
      kMayBeAbsent},
     metadata_null},
    {{"payload.metadata-absent", "accepts an event without metadata", Level::should,
      "metadata is any JSON object or null. Our reading: a missing field means the same as null.",
      kBookings, kMayBeAbsent},
     metadata_absent},
    {{"payload.metadata-empty", "accepts metadata {}", Level::must, kMetadata, kMetadataSource,
      "treat every metadata field as optional"},
     metadata_empty},
    {{kNested, "accepts metadata nested 30 levels deep", Level::must, kMetadata, kMetadataSource,
      "store metadata unchanged, read only the fields that you know, and raise the JSON parser's "
      "limit on nesting if it is lower"},
     metadata_nested},
    {.info = {"payload.metadata-deep", "accepts metadata in an event 100 levels deep",
              Level::should, kMetadata, kMetadataSource,
              "raise the JSON parser's limit on nesting (64 levels in .NET, 100 in Ruby, 128 in "
              "Rust's serde_json, 512 in PHP, 1000 in Java's Jackson), and do not walk through "
              "metadata"},
     .run = metadata_deep,
     .follows = kNested},
    {{kLarge, "accepts 64 KiB of metadata", Level::should, kMetadata, kMetadataSource,
      "raise the body parser's limit to 1 MiB, and read the body to its end"},
     metadata_large},
    {.info = {"payload.metadata-many", "accepts metadata with 1,000 keys", Level::should, kMetadata,
              kMetadataSource,
              "store metadata as one JSON value, not one row or column for each key; raise limits "
              "on the number of keys"},
     .run = metadata_many,
     .follows = kLarge},
    {{"payload.metadata-source", "accepts a metadata source of 30 characters", Level::must,
      kMetadata, kMetadataSource,
      "accept any source, of any length: route the ones that you know, and the others to a "
      "default"},
     metadata_source},
    {{"payload.metadata-unicode", "accepts any Unicode in metadata", Level::must, kMetadata,
      kMetadataSource, "read and store text as UTF-8 throughout, and verify bytes, not text"},
     metadata_unicode},
    {{"payload.metadata-prototype", "accepts metadata keys such as __proto__", Level::must,
      kMetadata, kMetadataSource,
      "do not copy metadata key by key into plain objects; use a Map or Object.create(null). If "
      "the parser refuses such keys, set it to ignore them: onProtoPoisoning and "
      "onConstructorPoisoning in Fastify, onProtoPoisoning in koa-bodyparser, and "
      "payload.protoAction in hapi, each \"ignore\". @koa/bodyparser has no such option: read the "
      "raw body and use JSON.parse"},
     metadata_prototype},
    {{"payload.metadata-values", "accepts metadata values that are not strings", Level::must,
      kMetadata, kMetadataSource, "check a value's type before you use it"},
     metadata_values},
    {{"payload.metadata-keys", "accepts any metadata key", Level::must, kMetadata, kMetadataSource,
      "store metadata as one JSON value: keys can be empty or contain dots and dollar signs"},
     metadata_keys},
    {{"payload.metadata-nul", "accepts a NUL character in metadata", Level::should, kMetadata,
      kMetadataSource,
      "remove \\u0000 before you store text where it is not allowed, such as PostgreSQL's jsonb"},
     metadata_nul},
    {{"payload.metadata-markup", "accepts any text in metadata", Level::must, kMetadata,
      kMetadataSource,
      "pass text to databases as bound parameters, and escape it for display; disable firewall "
      "rules that match such text for this path, because the signature authenticates the sender"},
     metadata_markup},
    {{"payload.metadata-lone-surrogate", "accepts a lone surrogate, or returns 400", Level::should,
      kLoneSurrogate, kBookings,
      "replace lone surrogates before you encode text as UTF-8 (toWellFormed(), "
      "errors=\"replace\")"},
     metadata_lone_surrogate},
    {{kName, "accepts any attendee name", Level::must,
      "attendee_name is text. Our reading: any text, as no limits are documented.", kBookings,
      "accept names of any length and script; pass them to databases as bound parameters, and "
      "escape them for HTML, XML and templates"},
     attendee_name},
    {.info = {"payload.line-break", "accepts a line break in the attendee's name", Level::should,
              "attendee_name is text. Our reading: any text, as no limits are documented.",
              kBookings,
              "replace line breaks before you put text into an email's header or one line of a "
              "log: libraries refuse them, and where one does not, a guest can add headers"},
     .run = line_break,
     .follows = kName},
    {{"payload.attendee-email", "accepts any attendee email address", Level::must,
      "attendee_email is a string or null. Our reading: any address that mail systems accept.",
      kBookings,
      "do not validate addresses again: plus signs, apostrophes, capitals and long domains are "
      "valid"},
     attendee_email},
    {{"payload.email-null", "accepts attendee_email null", Level::must,
      "attendee_email is a string or null.", kBookings,
      "check that attendee_email is not null before you use it"},
     email_null},
    {{"payload.unknown-members", "ignores unknown fields", Level::should,
      "Our reading: fields can be added to the payload.", kNotDocumented,
      "validate only the fields that you use"},
     unknown_members},
    {{"payload.unknown-event", "returns 2xx for an unknown event", Level::should,
      "Our reading: events can be added, and any status other than 2xx only causes retries.",
      kNotDocumented,
      "return 200 for unknown events and ignore them: an error only causes retries"},
     unknown_event},
};

}  // namespace

}  // namespace slotflow::payload

namespace slotflow {

std::span<const Check> payload_checks() {
  return payload::kChecks;
}

}  // namespace slotflow
