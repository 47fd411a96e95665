#include "conformance/forged_requests.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/hex.h"
#include "domain/signature.h"

namespace slotflow::signature {

namespace {

// The example of Slotflow's guide, which handlers may know by its id.
constexpr std::string_view kExample =
    R"({"event":"booking.confirmed","created_at":"2026-03-10T14:05:00.000Z",)"
    R"("data":{"id":"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",)"
    R"("human_id":"f47ac10b-58cc-4372-a567-0e02b2c3d479",)"
    R"("starts_at":"2026-03-10T14:00:00.000Z","ends_at":"2026-03-10T14:30:00.000Z",)"
    R"("duration_minutes":30,"attendee_name":"Alex Rivera",)"
    R"("attendee_email":"alex@startup.io","status":"confirmed",)"
    R"("metadata":{"lead_id":"lead_8294","conversation_id":"conv_1847",)"
    R"("source":"ai_sdr"}}})";

// RFC 1952: the example in gzip's format, not compressed (RFC 1951, section 3.2.4).
std::string gzipped_example() {
  using namespace std::string_view_literals;
  std::string bytes("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\xb7\x01\x48\xfe"sv);
  bytes += kExample;
  bytes += "\x29\xb6\xd9\xed\xb7\x01\x00\x00"sv;  // its CRC-32 and length
  return bytes;
}
static_assert(kExample.size() == 439, "the lengths and the CRC-32 in gzipped_example() are of it");

ForgedKind of_body(std::string words, std::function<std::string(Driver& driver)> body) {
  return {std::move(words), [body = std::move(body)](Driver& driver, bool has_signature) {
            return forged(driver, body(driver), has_signature);
          }};
}

ForgedKind of_text(std::string words, std::string text) {
  return of_body(std::move(words), [text = std::move(text)](Driver&) { return text; });
}

// `change` gets an ordinary event.
ForgedKind of_event(std::string words, void (*change)(Json& event)) {
  return of_body(std::move(words), [change](Driver& driver) {
    Json event = driver.event();
    change(event);
    return event.dump();
  });
}

// The characters are put in afterwards: to write them as JSON, each would be looked at.
ForgedKind of_kilobytes(std::size_t kilobytes) {
  return of_body("an event of " + std::to_string(kilobytes) + " KB", [kilobytes](Driver& driver) {
    constexpr std::string_view kPlace = "transcript of the call";
    Json event = driver.event();
    event["data"]["metadata"]["transcript"] = kPlace;
    std::string body = event.dump();
    return body.insert(body.find(kPlace), kilobytes * 1000, 'x');
  });
}

// nullopt: without the header.
ForgedKind of_type(std::string words, std::optional<std::string> type) {
  return {std::move(words), [type = std::move(type)](Driver& driver, bool has_signature) {
            constexpr std::string_view kType = "Content-Type";
            Request request = forged(driver, driver.event().dump(), has_signature);
            std::erase_if(request.headers, [&](const Header& header) {
              return same_without_case(header.name, kType);
            });
            if (type) request.headers.push_back({std::string(kType), *type});
            return request;
          }};
}

ForgedKind of_type(std::string type) {
  return of_type(type, type);
}

ForgedKind with_header(std::string name, std::string value) {
  return {name + ": " + value, [name, value](Driver& driver, bool has_signature) {
            return forged_with_header(driver, has_signature, name, value);
          }};
}

ForgedKind with_query(std::string words, std::string query) {
  return {std::move(words), [query = std::move(query)](Driver& driver, bool has_signature) {
            Request request = forged(driver, driver.event().dump(), has_signature);
            std::string& target = request.url.target;
            target += (target.find('?') == std::string::npos ? "?" : "&") + query;
            return request;
          }};
}

ForgedKind elsewhere(ForgedKind kind) {
  kind.may_lead_elsewhere = true;
  return kind;
}

// Changes the path of a target, and leaves its query as it is.
template <typename Change>
void change_path(std::string& target, Change change) {
  const std::size_t end = std::min(target.find('?'), target.size());
  target = change(target.substr(0, end)) + target.substr(end);
}

// Middleware can compare paths in another way than what routes the requests.
ForgedKind on_path(std::string words, std::string (*change)(std::string path)) {
  return elsewhere({"a path " + words, [change](Driver& driver, bool has_signature) {
                      Request request = forged(driver, driver.event().dump(), has_signature);
                      change_path(request.url.target, change);
                      return request;
                    }});
}

std::string in_capitals(std::string path) {
  std::ranges::transform(path, path.begin(), [](char c) { return upper_case(c); });
  return path;
}

// RFC 3986, section 2.3: a letter that is percent-encoded is the same letter. Encodes the last one.
std::string with_encoded_letter(std::string path) {
  const auto last = std::ranges::find_if(path.rbegin(), path.rend(), is_letter_or_digit);
  if (last == path.rend()) return path;
  std::string encoded = "%";
  append_hex(encoded, static_cast<unsigned char>(*last), 2);
  return path.replace(static_cast<std::size_t>(path.rend() - last) - 1, 1, encoded);
}

Request with_two_signatures(Driver& driver, bool has_signature) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  const std::size_t count = has_signature ? 1 : 2;
  for (std::size_t i = 0; i < count; ++i) {
    request.headers.push_back({std::string(kSignatureHeader), ""});
  }
  return request;
}

Request in_gzip(Driver& driver, bool has_signature) {
  Request request = forged(driver, gzipped_example(), has_signature);
  request.headers.push_back({"Content-Encoding", "gzip"});
  return request;
}

std::string not_utf8(Driver& driver) {
  std::string body = driver.event().dump();
  constexpr std::string_view kName = "Alex";
  return body.replace(body.find(kName), kName.size(), "Zo\xeb");
}

}  // namespace

std::vector<ForgedKind> forged_kinds() {
  constexpr std::size_t kMany = 100'000;
  return {
      of_body("booking.cancelled",
              [](Driver& driver) { return driver.event(Event::booking_cancelled).dump(); }),
      of_event("the event 'ping'", [](Json& event) { event["event"] = "ping"; }),
      of_kilobytes(20),
      of_kilobytes(70),
      of_kilobytes(150),
      of_kilobytes(300),
      of_text("an empty body", ""),
      of_text("a body that is not JSON", "this is not JSON"),
      of_type("text/plain"),
      of_type("a form", "application/x-www-form-urlencoded"),
      of_type("multipart", "multipart/form-data; boundary=x"),
      of_type("application/octet-stream"),
      of_type("application/json; charset=utf-8"),
      of_type("application/cloudevents+json"),
      of_type("Application/JSON"),
      of_type("an event without Content-Type", std::nullopt),
      of_type("an empty Content-Type", ""),
      with_query("a query such as ?debug=1", "debug=1&test=1"),
      with_query("a query with half an escape, ?q=%E0%A", "q=%E0%A"),
      with_query("a query such as ?_method=PUT", "_method=PUT"),
      of_event("a test event",
               [](Json& event) {
                 event["test"] = true;
                 event["livemode"] = false;
               }),
      {"two signature headers", with_two_signatures},
      {"an event in gzip's format", in_gzip},
      {"a body that is not in gzip's format, with Content-Encoding: gzip",
       with_header("Content-Encoding", "gzip").make},
      of_text("arrays in arrays, 100,000 of them", std::string(kMany, '[')),
      of_body("an event that is not UTF-8", not_utf8),
      of_text("the example of Slotflow's guide", std::string(kExample)),
      of_event("an event with a test in its metadata",
               [](Json& event) { event["data"]["metadata"]["test"] = true; }),
      of_event("a booking in the past",
               [](Json& event) {
                 event["data"]["starts_at"] = "2026-01-07T10:00:00.000Z";
                 event["data"]["ends_at"] = "2026-01-07T10:30:00.000Z";
               }),
      with_header("X-Forwarded-For", "127.0.0.1"),
      with_header("X-Real-IP", "127.0.0.1"),
      with_header("Forwarded", "for=127.0.0.1"),
      elsewhere(with_header("Host", "localhost")),
      elsewhere(with_header("Host", "127.0.0.1")),
      elsewhere(with_header("X-Forwarded-Host", "localhost")),
      on_path("with a slash at its end", [](std::string path) { return path + "/"; }),
      on_path("with .json at its end", [](std::string path) { return path + ".json"; }),
      on_path("with ;x=1 at its end", [](std::string path) { return path + ";x=1"; }),
      on_path("with /. at its beginning", [](std::string path) { return "/." + path; }),
      on_path("with two slashes at its beginning", [](std::string path) { return "/" + path; }),
      on_path("in capitals", in_capitals),
      on_path("with a percent-encoded letter", with_encoded_letter),
  };
}

Request forged_with_header(Driver& driver, bool has_signature, std::string_view name,
                           std::string value) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  request.headers.push_back({std::string(name), std::move(value)});
  return request;
}

bool takes_anything(Driver& driver, Request request) {
  change_path(request.url.target,
              [](const std::string& path) { return path + "/no-handler-has-this-path"; });
  request.body = std::string("this is not JSON");
  return driver.send(request).delivered();
}

}  // namespace slotflow::signature
