// Whether what is signed and yet no event is survived.
#include "conformance/driver.h"
#include "domain/status_text.h"

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

// Something else that is no JSON either, or no event.
std::string similar_to(Driver& driver, const std::string& body) {
  if (Json::accept(body)) return body == "{}" ? "[]" : "{}";
  return body == kNoJson ? truncated_event(driver) : std::string(kNoJson);
}

// 4xx, or 2xx where that does no harm; never 5xx, and never nothing.
Finding survived(Driver& driver, const Request& request) {
  const Reply reply = driver.send(request);
  const int status = status_of(reply);
  const std::string what = told(reply, driver.subject().timeout);
  if (is_success(status) || (status >= 400 && status < 500)) return passed(what);
  Finding finding = failed("a 4xx status (or 2xx)", what, request);
  if (!has_failed(reply, FailureKind::timeout)) return finding;
  return driver.without_answer(std::move(finding), Unwelcome::malformed,
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

// JSON, and no event.
Finding other_json(Driver& driver) {
  for (const char* body :
       {"null", "\"text\"", "42", "{}", "{\"event\":\"booking.confirmed\"}",
        "{\"event\":\"booking.confirmed\",\"data\":null}",
        "{\"event\":\"booking.confirmed\",\"data\":{}}", "{\"event\":1,\"data\":[]}"}) {
    Finding finding = survived(driver, driver.request(body));
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += " to " + std::string(body);
    return finding;
  }
  return passed();
}

// RFC 8259, section 8.1: JSON between systems is UTF-8.
Finding not_utf8(Driver& driver) {
  std::string body = driver.event().dump();
  return survived(driver, driver.request(body.insert(body.find("Alex"), "\xff\xc3")));
}

Finding content_type(Driver& driver) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded"}) {
    Finding finding =
        survived(driver, with_content_type(driver.request(driver.event().dump()), type));
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
      finding.observed += " to a valid event right after a malformed one";
      return finding;
    }
    if (hangs) break;  // told elsewhere; to wait for the others would take as long again
  }
  return passed();
}

// What goes wrong after the answer (a promise that nobody awaits, a thread of its own) ends the
// process a moment later. Whether it answers well then is told elsewhere.
Finding a_second_later(Driver& driver) {
  constexpr Duration kMoment{1'000};
  for (const std::string& bad : malformed_bodies(driver)) {
    if (has_failed(driver.send(driver.request(bad)), FailureKind::timeout)) break;
  }
  driver.pause(kMoment);
  const Reply reply = driver.send(driver.request(driver.event().dump()));
  const std::string what = told(reply, driver.subject().timeout);
  if (reply.response() != nullptr) return passed(what);
  return failed("an answer to a valid event", what + " a second after malformed ones");
}

constexpr std::string_view kRemedyOfShape =
    "check that the payload is an object with an event and data, and answer 400 if not";

// About one that answers what is malformed.
constexpr Check check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, false, Unwelcome::malformed};
}

const Check kChecks[] = {
    check({"malformed.not-json", "a body that is no JSON is answered 4xx (or 2xx)", Level::must,
           kRule, kSource, kRemedy},
          not_json),
    check({"malformed.truncated", "JSON that is cut off is answered 4xx (or 2xx)", Level::must,
           kRule, kSource, kRemedy},
          truncated),
    check({"malformed.empty", "an empty body is answered 4xx (or 2xx)", Level::must, kRule, kSource,
           kRemedy},
          empty),
    check({"malformed.array", "a JSON array is answered 4xx (or 2xx)", Level::must, kRule, kSource,
           kRemedyOfShape},
          array),
    check({"malformed.other-json", "JSON that is no event is answered 4xx (or 2xx)", Level::must,
           kRule, kSource, kRemedyOfShape},
          other_json),
    check({"malformed.not-utf-8", "a body that is no UTF-8 is answered 4xx (or 2xx)", Level::must,
           kRule, kSource, "catch what decoding throws, and answer 400"},
          not_utf8),
    {{"malformed.content-type", "another content type is answered 4xx (or 2xx)", Level::must, kRule,
      kSource,
      "answer 415 to what is not application/json, or read the body whatever it is called"},
     content_type},
    {{"malformed.large", "a body of 1 MiB is answered 4xx (or 2xx)", Level::must, kRule, kSource,
      "answer 413 to what is too large, and read or drop the rest so that the answer arrives"},
     large},
    check({"malformed.recovers", "a valid event after a malformed one is taken", Level::must, kRule,
           kSource,
           "leave nothing behind when a request fails: no state, no closed pool, no dead worker"},
          recovers),
    check({"malformed.a-second-later", "a second after malformed events it is still there",
           Level::must, kRule, kSource,
           "catch what goes wrong after the answer, too: what nothing catches ends the process"},
          a_second_later),
};

}  // namespace

std::span<const Check> malformed_checks() {
  return kChecks;
}

}  // namespace slotflow
