// Forged events of every kind.
#include <algorithm>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
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
     [](Driver& driver, bool has_signature) {
       return changed(driver, has_signature, [](Json& event) {
         constexpr std::size_t kLarge = 20'000;
         event["data"]["metadata"]["transcript"] = std::string(kLarge, 'x');
       });
     }},
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
    {"an event without Content-Type",
     [](Driver& driver, bool has_signature) {
       return of_type(driver, has_signature, std::nullopt);
     }},
    {"an empty Content-Type",
     [](Driver& driver, bool has_signature) { return of_type(driver, has_signature, ""); }},
    {"a query such as ?debug=1",
     [](Driver& driver, bool has_signature) {
       Request request = forged(driver, driver.event().dump(), has_signature);
       std::string& target = request.url.target;
       target += target.find('?') == std::string::npos ? '?' : '&';
       target += "debug=1&test=1";
       return request;
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
    {"X-Forwarded-For: 127.0.0.1",
     [](Driver& driver, bool has_signature) {
       Request request = forged(driver, driver.event().dump(), has_signature);
       request.headers.push_back({"X-Forwarded-For", "127.0.0.1"});
       return request;
     }},
};

// Calls `run` for forged events with and without a signature. A handler that accepts these shows
// nothing about how it treats requests of another kind.
template <typename Run>
Finding if_verified(Driver& driver, Run run) {
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    if (driver.send(forged(driver, driver.event().dump(), has_signature)).delivered()) {
      result = skipped_as_unverified(check_of_forged(has_signature));
      continue;
    }
    Finding finding = run(has_signature);
    if (finding.verdict == CheckVerdict::passed) continue;
    if (finding.verdict == CheckVerdict::skipped) return finding;
    finding.observed += has_signature ? " with a wrong signature" : " without a signature";
    return finding;
  }
  return result;
}

// A handler must verify every kind of request before it does anything else with it.
Finding every_request(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        kKinds, [&](const Kind& kind) { return driver.refused(kind.make(driver, has_signature)); },
        [](const Kind& kind) { return kind.words; });
  });
}

Finding other_methods(Driver& driver) {
  constexpr std::string_view kMethods[] = {"PUT", "PATCH"};
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        kMethods,
        [&](std::string_view method) {
          Request request = forged(driver, driver.event().dump(), has_signature);
          request.method = method;
          return driver.refused(request);
        },
        [](std::string_view method) { return std::string(method) + " of an event"; });
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

// A server may keep what it knows about a sender as long as the connection.
Finding after_valid(Driver& driver) {
  std::string_view where = ", after a valid one";
  Finding finding = if_verified(driver, [&](bool has_signature) {
    std::vector<Request> sent{driver.request(driver.event().dump()),
                              forged(driver, driver.event().dump(), has_signature)};
    BlockingConnection session(driver.client());
    const Reply first = driver.send(session, sent.front());
    if (!first.delivered()) return skipped("a valid event was not accepted: see delivery");
    const Reply reply = driver.send(session, sent.back());
    const bool same = session.connections() == 1;
    if (same) where = ", after a valid one on the same connection";
    const bool silent = same && has_failed(reply, FailureKind::timeout);
    if (!reply.delivered() && !silent) {
      return same ? passed(describe(reply, driver.subject().timeout))
                  : skipped("the connection was closed after each response");
    }
    Finding failure = failed("a 4xx status", describe(reply, driver.subject()) + " for an event",
                             Evidence(sent, Evidence::Manner::on_one_connection));
    return silent ? driver.without_answer(std::move(failure), Unwelcome::forged, sent.back())
                  : failure;
  });
  if (finding.verdict == CheckVerdict::failed) finding.observed += where;
  return finding;
}

const Check kForgedChecks[] = {
    rejection_check(
        {"signature.every-request", "verifies every kind of request", Level::must, kSigned,
         source::kSignature, "verify before you look at the event type, size or other headers"},
        every_request),
    rejection_check({"signature.other-methods", "rejects forged events sent with PUT or PATCH",
                     Level::must, kSigned, source::kSignature,
                     "route only POST to the handler, or verify requests of every method"},
                    other_methods),
    rejection_check({"signature.chunked", "rejects forged events without Content-Length",
                     Level::must, kSigned, source::kSignature,
                     "verify the whole body, also if it arrives in chunks, without Content-Length"},
                    chunked),
    rejection_check(
        {"signature.after-valid", "rejects forged events after a valid one on a connection",
         Level::must, kSigned, source::kSignature,
         "verify each request: keep nothing about the sender in the connection"},
        after_valid),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> forged_signature_checks() {
  return signature::kForgedChecks;
}

}  // namespace slotflow
