// Forged events of every kind.
#include <algorithm>
#include <utility>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/hex.h"
#include "domain/signature.h"

namespace slotflow::signature {

namespace {

void replace_header(Request& request, std::string_view name, std::optional<std::string> value) {
  std::erase_if(request.headers,
                [&](const Header& header) { return same_without_case(header.name, name); });
  if (value) request.headers.push_back({std::string(name), std::move(*value)});
}

// A kind of request that a handler might let pass without a look at its signature.
struct Kind {
  std::string_view words;
  Request (*make)(Driver& driver, bool has_signature);
  // Another part of the server may take it, which is no handler of events.
  bool may_lead_elsewhere = false;
};

template <typename Change>
Request changed(Driver& driver, bool has_signature, Change change) {
  Json event = driver.event();
  change(event);
  return forged(driver, event.dump(), has_signature);
}

Request of_type(Driver& driver, bool has_signature, std::optional<std::string> type) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  replace_header(request, "Content-Type", std::move(type));
  return request;
}

Request with_header(Driver& driver, bool has_signature, std::string_view name, std::string value) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  request.headers.push_back({std::string(name), std::move(value)});
  return request;
}

Request with_query(Driver& driver, bool has_signature, std::string_view query) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  std::string& target = request.url.target;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += query;
  return request;
}

// Returns a target with its path changed, and its query as it is.
template <typename Change>
std::string with_path(const std::string& target, Change change) {
  const std::size_t end = std::min(target.find('?'), target.size());
  return change(target.substr(0, end)) + target.substr(end);
}

// Middleware can compare paths in another way than what routes the requests.
template <typename Change>
Request on_path(Driver& driver, bool has_signature, Change change) {
  Request request = forged(driver, driver.event().dump(), has_signature);
  request.url.target = with_path(request.url.target, change);
  return request;
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

// The characters are put in afterwards: to write them as JSON, each would be looked at.
Request of_size(Driver& driver, bool has_signature, std::size_t bytes) {
  constexpr std::string_view kPlace = "transcript of the call";
  Json event = driver.event();
  event["data"]["metadata"]["transcript"] = kPlace;
  std::string body = event.dump();
  body.insert(body.find(kPlace), bytes, 'x');
  return forged(driver, std::move(body), has_signature);
}

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

constexpr Kind kKinds[] = {
    {"booking.cancelled",
     [](Driver& driver, bool has_signature) {
       return forged(driver, driver.event(Event::booking_cancelled).dump(), has_signature);
     }},
    {"the event 'ping'",
     [](Driver& driver, bool has_signature) {
       return changed(driver, has_signature, [](Json& event) { event["event"] = "ping"; });
     }},
    {"an event of 20 KB",
     [](Driver& driver, bool has_signature) { return of_size(driver, has_signature, 20'000); }},
    {"an event of 70 KB",
     [](Driver& driver, bool has_signature) { return of_size(driver, has_signature, 70'000); }},
    {"an event of 150 KB",
     [](Driver& driver, bool has_signature) { return of_size(driver, has_signature, 150'000); }},
    {"an event of 300 KB",
     [](Driver& driver, bool has_signature) { return of_size(driver, has_signature, 300'000); }},
    {"an empty body",
     [](Driver& driver, bool has_signature) { return forged(driver, "", has_signature); }},
    {"a body that is not JSON",
     [](Driver& driver, bool has_signature) {
       return forged(driver, "this is not JSON", has_signature);
     }},
    {"text/plain", [](Driver& driver,
                      bool has_signature) { return of_type(driver, has_signature, "text/plain"); }},
    {"a form",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "application/x-www-form-urlencoded");
     }},
    {"multipart",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "multipart/form-data; boundary=x");
     }},
    {"application/octet-stream",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "application/octet-stream");
     }},
    {"application/json; charset=utf-8",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "application/json; charset=utf-8");
     }},
    {"application/cloudevents+json",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "application/cloudevents+json");
     }},
    {"Application/JSON",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, "Application/JSON");
     }},
    {"an event without Content-Type",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, std::nullopt);
     }},
    {"an empty Content-Type",
     [](Driver& driver, bool has_signature) { return of_type(driver, has_signature, ""); }},
    {"a query such as ?debug=1",
     [](Driver& driver, bool has_signature) {
       return with_query(driver, has_signature, "debug=1&test=1");
     }},
    {"a query with half an escape, ?q=%E0%A",
     [](Driver& driver, bool has_signature) {
       return with_query(driver, has_signature, "q=%E0%A");
     }},
    {"a query such as ?_method=PUT",
     [](Driver& driver, bool has_signature) {
       return with_query(driver, has_signature, "_method=PUT");
     }},
    {"a test event",
     [](Driver& driver, bool has_signature) {
       return changed(driver, has_signature, [](Json& event) {
         event["test"] = true;
         event["livemode"] = false;
       });
     }},
    {"two signature headers",
     [](Driver& driver, bool has_signature) {
       Request request = forged(driver, driver.event().dump(), has_signature);
       const std::size_t count = has_signature ? 1 : 2;
       for (std::size_t i = 0; i < count; ++i) {
         request.headers.push_back({std::string(kSignatureHeader), ""});
       }
       return request;
     }},
    {"an event in gzip's format",
     [](Driver& driver, bool has_signature) {
       Request request = forged(driver, gzipped_example(), has_signature);
       request.headers.push_back({"Content-Encoding", "gzip"});
       return request;
     }},
    {"a body that is not in gzip's format, with Content-Encoding: gzip",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "Content-Encoding", "gzip");
     }},
    {"arrays in arrays, 100,000 of them",
     [](Driver& driver, bool has_signature) {
       return forged(driver, std::string(100'000, '['), has_signature);
     }},
    {"an event that is not UTF-8",
     [](Driver& driver, bool has_signature) {
       std::string body = driver.event().dump();
       constexpr std::string_view kName = "Alex";
       body.replace(body.find(kName), kName.size(), "Zo\xeb");
       return forged(driver, std::move(body), has_signature);
     }},
    {"the example of Slotflow's guide",
     [](Driver& driver, bool has_signature) {
       return forged(driver, std::string(kExample), has_signature);
     }},
    {"an event with a test in its metadata",
     [](Driver& driver, bool has_signature) {
       return changed(driver, has_signature,
                      [](Json& event) { event["data"]["metadata"]["test"] = true; });
     }},
    {"a booking in the past",
     [](Driver& driver, bool has_signature) {
       return changed(driver, has_signature, [](Json& event) {
         event["data"]["starts_at"] = "2026-01-07T10:00:00.000Z";
         event["data"]["ends_at"] = "2026-01-07T10:30:00.000Z";
       });
     }},
    {"X-Forwarded-For: 127.0.0.1",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "X-Forwarded-For", "127.0.0.1");
     }},
    {"X-Real-IP: 127.0.0.1",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "X-Real-IP", "127.0.0.1");
     }},
    {"Forwarded: for=127.0.0.1",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "Forwarded", "for=127.0.0.1");
     }},
    {"Host: localhost",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "Host", "localhost");
     },
     true},
    {"a path with a slash at its end",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature, [](const std::string& path) { return path + "/"; });
     },
     true},
    {"Host: 127.0.0.1",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "Host", "127.0.0.1");
     },
     true},
    {"X-Forwarded-Host: localhost",
     [](Driver& driver, bool has_signature) {
       return with_header(driver, has_signature, "X-Forwarded-Host", "localhost");
     },
     true},
    {"a path with .json at its end",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature,
                      [](const std::string& path) { return path + ".json"; });
     },
     true},
    {"a path with ;x=1 at its end",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature, [](const std::string& path) { return path + ";x=1"; });
     },
     true},
    {"a path with /. at its beginning",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature, [](const std::string& path) { return "/." + path; });
     },
     true},
    {"a path with two slashes at its beginning",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature, [](const std::string& path) { return "/" + path; });
     },
     true},
    {"a path in capitals",
     [](Driver& driver, bool has_signature) { return on_path(driver, has_signature, in_capitals); },
     true},
    {"a path with a percent-encoded letter",
     [](Driver& driver, bool has_signature) {
       return on_path(driver, has_signature, with_encoded_letter);
     },
     true},
};

// Returns whether the server responds with 2xx to what nobody can have a handler for: then 2xx does
// not say that an event was accepted.
bool takes_anything(Driver& driver, Request request) {
  request.url.target = with_path(request.url.target, [](const std::string& path) {
    return path + "/no-handler-has-this-path";
  });
  request.body = std::string("this is not JSON");
  return driver.send(request).delivered();
}

// A handler must verify every kind of request before it does anything else with it.
Finding every_request(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        kKinds,
        [&](const Kind& kind) {
          const Request request = kind.make(driver, has_signature);
          Finding finding = driver.refused(request);
          if (finding.verdict != CheckVerdict::failed || !kind.may_lead_elsewhere) return finding;
          return takes_anything(driver, request) ? passed() : finding;
        },
        [](const Kind& kind) { return kind.words; });
  });
}

// A method, and whether a handler may respond to it with 2xx if there is no event: with its state,
// say.
struct Method {
  std::string_view name;
  bool may_be_of_use;
};

bool is_of_use(Driver& driver, std::string_view method) {
  Request request = driver.request("", std::nullopt);
  request.method = method;
  return driver.send(request).delivered();
}

// Some frameworks take a POST for a request of the method that this header names.
constexpr std::string_view kOverride = "X-HTTP-Method-Override";

Finding other_methods(Driver& driver) {
  constexpr Method kMethods[] = {{"PUT", false}, {"PATCH", false}, {"DELETE", true}, {"GET", true}};
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        kMethods,
        [&](const Method& method) {
          if (method.may_be_of_use && is_of_use(driver, method.name)) return passed();
          Request request = forged(driver, driver.event().dump(), has_signature);
          request.method = method.name;
          Finding finding = driver.refused(request);
          if (finding.verdict != CheckVerdict::passed) return finding;
          const std::string name(method.name);
          finding = driver.refused(with_header(driver, has_signature, kOverride, name));
          if (finding.verdict == CheckVerdict::failed) {
            finding.observed.append(" for a POST with ").append(kOverride);
          }
          return finding;
        },
        [](const Method& method) { return std::string(method.name) + " of an event"; });
  });
}

// RFC 9112, section 6.3: without Content-Length, a body can be in chunks.
Finding chunked(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    Request request = forged(driver, driver.event().dump(), has_signature);
    request.in_chunks = true;
    Finding finding = driver.refused(request);
    finding.observed += " for an event in chunks, without Content-Length,";
    return finding;
  });
}

const Check kForgedChecks[] = {
    rejection_check(
        {"signature.every-request", "verifies every kind of request", Level::must, kSigned,
         source::kSignature,
         "verify before you look at the event type, size, path or other headers: the code that "
         "verifies and the code that routes must agree on which paths lead to the handler"},
        every_request),
    rejection_check(
        {"signature.other-methods", "rejects forged events by any method other than POST",
         Level::must, kSigned, source::kSignature,
         "route only POST to the handler, or verify requests of every method, also of one that the "
         "header X-HTTP-Method-Override names"},
        other_methods),
    rejection_check({"signature.chunked", "rejects forged events without Content-Length",
                     Level::must, kSigned, source::kSignature,
                     "verify the whole body, also if it arrives in chunks, without Content-Length"},
                    chunked),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> forged_signature_checks() {
  return signature::kForgedChecks;
}

}  // namespace slotflow
