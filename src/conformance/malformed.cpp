// Whether what is signed and yet no event is survived.
#include "conformance/driver.h"

namespace slotflow {

namespace {

constexpr std::string_view kSource = "RFC 9110, section 15.5";
constexpr std::string_view kRule = "4xx: the request contains bad syntax or cannot be fulfilled.";
constexpr std::string_view kRemedy =
    "catch what parsing throws, and answer 400; a 5xx makes the sender try again, in vain";

constexpr std::string_view kNoJson = "this is not JSON";

std::string truncated_event(Driver& driver) {
  const std::string body = driver.event().dump();
  return body.substr(0, body.size() / 2);
}

// 4xx, or 2xx where that does no harm; never 5xx, and never nothing.
Finding survived(Driver& driver, const Request& request) {
  const Reply reply = driver.send(request);
  const int status = status_of(reply);
  const std::string what = told(reply, driver.subject().timeout);
  if ((status >= 200 && status < 300) || (status >= 400 && status < 500)) return passed(what);
  return failed("a 4xx status (or 2xx)", what, request);
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

Finding content_type(Driver& driver) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded"}) {
    Request request = driver.request(driver.event().dump());
    for (Header& header : request.headers) {
      if (header.name == "Content-Type") header.value = type;
    }
    Finding finding = survived(driver, request);
    if (finding.verdict != CheckVerdict::passed) {
      finding.observed += " to " + std::string(type);
      return finding;
    }
  }
  return passed();
}

Finding large(Driver& driver) {
  constexpr std::size_t kSize = 1024 * 1024;
  Json event = driver.event();
  event["data"]["metadata"]["transcript"] = std::string(kSize, 'x');
  return survived(driver, driver.request(event.dump()));
}

// One bad request must not harm the next good one.
Finding recovers(Driver& driver) {
  for (const std::string& bad : {std::string(kNoJson), truncated_event(driver), std::string()}) {
    std::vector<Request> sent{driver.request(bad), driver.request(driver.event().dump())};
    driver.send(sent.front());
    Finding finding = driver.accepted(sent.back());
    if (finding.verdict != CheckVerdict::passed) {
      finding.evidence = {std::move(sent), Evidence::Manner::one_by_one};
      finding.observed += " to a valid event right after a malformed one";
      return finding;
    }
  }
  return passed();
}

const Check kChecks[] = {
    {{"malformed.not-json", "a body that is no JSON is survived", Level::must, kRule, kSource,
      kRemedy},
     not_json},
    {{"malformed.truncated", "JSON that is cut off is survived", Level::must, kRule, kSource,
      kRemedy},
     truncated},
    {{"malformed.empty", "an empty body is survived", Level::must, kRule, kSource, kRemedy}, empty},
    {{"malformed.array", "a JSON array is survived", Level::must, kRule, kSource,
      "check that the payload is an object with an event and data, and answer 400 if not"},
     array},
    {{"malformed.content-type", "another content type is survived", Level::must, kRule, kSource,
      "answer 415 to what is not application/json, or read the body whatever it is called"},
     content_type},
    {{"malformed.large", "a body of 1 MiB is survived", Level::must, kRule, kSource,
      "answer 413 to what is too large, and read or drop the rest so that the answer arrives"},
     large},
    {{"malformed.recovers", "a valid event after a malformed one is taken", Level::must, kRule,
      kSource,
      "leave nothing behind when a request fails: no state, no closed pool, no dead worker"},
     recovers},
};

}  // namespace

std::span<const Check> malformed_checks() {
  return kChecks;
}

}  // namespace slotflow
