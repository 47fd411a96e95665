// Whether the handler survives correctly signed requests that are not valid events.
#include <string_view>

#include "conformance/driver.h"
#include "conformance/sources.h"
#include "domain/status_text.h"

namespace slotflow::malformed {

namespace {

constexpr std::string_view kSource = "RFC 9110, section 15";
constexpr std::string_view kRule =
    "4xx: the request contains bad syntax or cannot be fulfilled. Our reading: 4xx and 2xx are "
    "both right; 5xx, or no response, is an error of the handler.";
constexpr std::string_view kAfterwards =
    "Any 2xx is success; everything else is failure. Our reading: also after a malformed request.";
constexpr std::string_view kRemedy =
    "catch parse errors and return 400; a 5xx causes useless retries";

constexpr std::string_view kNoResponse =
    "a malformed request got no response: see the other checks of malformed";
constexpr std::string_view kNoJson = "this is not JSON";

std::string truncated_event(Driver& driver) {
  const std::string body = driver.event().dump();
  return body.substr(0, body.size() / 2);
}

// Returns another body that is not JSON either, or not an event.
std::string similar_to(Driver& driver, const std::string& body) {
  if (Json::accept(body)) return body == "{}" ? "[]" : "{}";
  return body == kNoJson ? truncated_event(driver) : std::string(kNoJson);
}

// Passes on 4xx, and on 2xx, which is harmless; not on 5xx or without a response.
Finding survived(Driver& driver, const Request& request) {
  const Reply reply = driver.send(request);
  const int status = status_of(reply);
  if (is_success(status) || is_client_error(status)) {
    return passed(describe(reply, driver.subject().timeout));
  }
  Finding finding = failed("a 4xx status (or 2xx)", describe(reply, driver.subject()), request);
  if (!has_failed(reply, FailureKind::timeout)) return finding;
  return driver.without_response(std::move(finding), Unwelcome::malformed,
                                 driver.request(similar_to(driver, request.body.str())));
}

Finding not_json(Driver& driver) {
  return survived(driver, driver.request(std::string(kNoJson)));
}

Finding truncated(Driver& driver) {
  return survived(driver, driver.request(truncated_event(driver)));
}

Finding empty(Driver& driver) {
  return survived(driver, driver.request(""));
}

Finding array(Driver& driver) {
  return survived(driver, driver.request(Json::array({driver.event()}).dump()));
}

// JSON that is not an event.
Finding other_json(Driver& driver) {
  const std::string bodies[] = {"null",
                                "\"text\"",
                                "42",
                                "{}",
                                "{\"event\":\"booking.confirmed\"}",
                                "{\"event\":\"booking.confirmed\",\"data\":null}",
                                "{\"event\":\"booking.confirmed\",\"data\":{}}",
                                "{\"event\":1,\"data\":[]}"};
  return first_failure(
      bodies, [&](const std::string& body) { return survived(driver, driver.request(body)); },
      [](const std::string& body) { return body; });
}

// RFC 8259, section 8.1: JSON that systems exchange is UTF-8.
Finding not_utf8(Driver& driver) {
  std::string body = driver.event().dump();
  return survived(driver, driver.request(body.insert(body.find("Alex"), "\xff\xc3")));
}

Finding content_type(Driver& driver) {
  const std::string_view types[] = {"text/plain", "application/x-www-form-urlencoded",
                                    "multipart/form-data; boundary=x", "multipart/form-data"};
  return first_failure(
      types,
      [&](std::string_view type) {
        return survived(driver, with_content_type(driver.request(driver.event().dump()), type));
      },
      [](std::string_view type) { return type; });
}

Finding large(Driver& driver) {
  constexpr std::size_t kSize = 1024 * 1024;
  Json event = driver.event();
  event["data"]["metadata"]["transcript"] = "";
  std::string body = event.dump();
  constexpr std::string_view kBefore = "\"transcript\":\"";
  body.insert(body.find(kBefore) + kBefore.size(), kSize, 'x');
  return survived(driver, driver.request(std::move(body)));
}

std::vector<std::string> malformed_bodies(Driver& driver) {
  return {std::string(kNoJson), truncated_event(driver), "", "[]", "{\"data\":null}"};
}

// One bad request must not harm the next good one.
Finding recovers(Driver& driver) {
  for (const std::string& bad : malformed_bodies(driver)) {
    std::vector<Request> sent{driver.request(bad), driver.request(driver.event().dump())};
    const bool hangs = has_failed(driver.send(sent.front()), FailureKind::timeout);
    Finding finding = driver.accepted(sent.back());
    if (finding.verdict != CheckVerdict::passed) {
      finding.evidence = {std::move(sent), Evidence::Manner::one_by_one};
      finding.observed += " for a valid event right after a malformed one";
      return finding;
    }
    // Another check reports that. To wait for the others, too, would take as long again.
    if (hangs) return skipped(std::string(kNoResponse));
  }
  return passed();
}

// An error in work after the response (a promise that nothing awaits, another thread) ends the
// process a moment later. Any status passes: malformed.recovers checks which one.
Finding delayed_crash(Driver& driver) {
  constexpr Duration kMoment{1'000};
  bool hangs = false;
  for (const std::string& bad : malformed_bodies(driver)) {
    hangs = has_failed(driver.send(driver.request(bad)), FailureKind::timeout);
    if (hangs) break;
  }
  driver.pause(kMoment);
  const Reply reply = driver.send(driver.request(driver.event().dump()));
  const std::string what = describe(reply, driver.subject().timeout);
  if (reply.response() != nullptr) {
    return hangs ? skipped(std::string(kNoResponse)) : passed(what);
  }
  return failed("a response to a valid event", what + " one second after malformed events");
}

constexpr std::string_view kRemedyOfShape =
    "check that the payload is an object with \"event\" and \"data\", and return 400 if not";

// A check that needs responses to malformed requests.
constexpr Check check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, false, Unwelcome::malformed};
}

const Check kChecks[] = {
    check({"malformed.not-json", "returns 4xx (or 2xx) for a body that is not JSON", Level::must,
           kRule, kSource, kRemedy},
          not_json),
    check({"malformed.truncated", "returns 4xx (or 2xx) for truncated JSON", Level::must, kRule,
           kSource, kRemedy},
          truncated),
    check({"malformed.empty", "returns 4xx (or 2xx) for an empty body", Level::must, kRule, kSource,
           kRemedy},
          empty),
    check({"malformed.array", "returns 4xx (or 2xx) for a JSON array", Level::must, kRule, kSource,
           kRemedyOfShape},
          array),
    check({"malformed.other-json", "returns 4xx (or 2xx) for JSON that is not an event",
           Level::must, kRule, kSource, kRemedyOfShape},
          other_json),
    check({"malformed.not-utf-8", "returns 4xx (or 2xx) for a body that is not UTF-8", Level::must,
           kRule, kSource, "catch decoding errors and return 400"},
          not_utf8),
    {{"malformed.content-type", "returns 4xx (or 2xx) for another Content-Type", Level::must, kRule,
      kSource, "return 415 if the type is not application/json, or ignore the type"},
     content_type},
    {{"malformed.large", "returns 4xx (or 2xx) for a 1 MiB body", Level::must, kRule, kSource,
      "return 413 for a body that is too large, and read or discard the rest so that the response "
      "arrives"},
     large},
    check({"malformed.recovers", "accepts a valid event right after a malformed one", Level::must,
           kAfterwards, source::kDelivery,
           "clean up after a failed request: no leftover state, closed pool or dead worker"},
          recovers),
    check({"malformed.delayed-crash", "still responds one second after malformed events",
           Level::must, kAfterwards, source::kDelivery,
           "catch errors in work that continues after the response: an uncaught error ends the "
           "process"},
          delayed_crash),
};

}  // namespace

}  // namespace slotflow::malformed

namespace slotflow {

std::span<const Check> malformed_checks() {
  return malformed::kChecks;
}

}  // namespace slotflow
