#include "conformance/leaks.h"

#include <algorithm>
#include <utility>

#include "conformance/driver.h"
#include "conformance/leaks_known_bookings.h"
#include "conformance/leaks_oracle.h"
#include "domain/status_text.h"

namespace slotflow::leaks {

namespace {

constexpr std::string_view kSource = "OWASP, Improper Error Handling";

// Requests that provoke error responses: no, wrong and malformed signature; signed body that is not
// JSON; signed JSON that is not an event; a GET; and one valid event.
std::vector<Request> provocations(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string now = std::to_string(driver.now_seconds());
  Request get = driver.request("", std::nullopt);
  get.method = "GET";
  return {
      driver.request(body, std::nullopt),
      driver.request(body, "t=" + now + ",v1=" + std::string(64, '0')),
      driver.request(body, "t=" + now + ",v1=00"),
      driver.request(body, "nonsense"),
      driver.request("{\"event\": "),
      driver.request("[]"),
      driver.request("{\"event\": \"booking.confirmed\", \"data\": null}"),
      driver.request(body),
      get,
  };
}

// Sends the provocations, and fails if a response to them, or to a request of an earlier check,
// revealed something.
Finding none_has(Driver& driver, LeakKind kind, const std::string& expected) {
  std::string not_searched;
  for (const Request& request : provocations(driver)) {
    if (driver.leaks().found(kind) != nullptr) break;
    const Reply reply = driver.send(request);
    const Response* response = reply.response();
    if (response == nullptr) {
      // Another check reports that.
      not_searched = "a request got no response, so not every response could be searched";
      // To wait for the others, too, would take as long again.
      if (has_failed(reply, FailureKind::timeout)) break;
    }
  }
  if (const Leak* leak = driver.leaks().found(kind)) {
    return failed(expected, leak->what, leak->request);
  }
  if (driver.leaks().has_cut()) {
    return skipped("a response was longer than 64 KiB, so not all of it could be searched");
  }
  return not_searched.empty() ? passed() : skipped(not_searched);
}

Finding secret(Driver& driver) {
  if (!driver.leaks().searches_secret()) {
    return skipped("the secret is too short to be searched for");
  }
  return none_has(driver, LeakKind::secret, "no secret in a response");
}

// An attacker who gets a handler to compute signatures does not need the secret.
Finding expected_signature(Driver& driver) {
  return none_has(driver, LeakKind::signature, "no valid signature in a response");
}

Finding stack_trace(Driver& driver) {
  return none_has(driver, LeakKind::source, "no stack trace in a response");
}

// A page at the URL of the webhook is there for everyone. Whether the response is that to an event
// is for delivery.get.
Finding bookings(Driver& driver) {
  const Json event = driver.event();
  const Request valid = driver.request(event.dump());
  if (!driver.send(valid).delivered()) {
    return skipped("a valid event was not accepted: see delivery");
  }
  Request get = driver.request("", std::nullopt);
  get.method = "GET";
  const Reply reply = driver.send(get);
  const Response* response = reply.response();
  if (response == nullptr) return passed(describe(reply, driver.subject().timeout));
  for (const char* member : {"attendee_email", "id"}) {
    const auto value = event["data"][member].get<std::string>();
    if (response->body.find(value) == std::string::npos) continue;
    return failed("no booking in the response to a GET",
                  status_text(response->status) + " with the booking's " + member + " in it",
                  {{valid, get}, Evidence::Manner::one_by_one});
  }
  if (response->cut) {
    return skipped("a response was longer than 64 KiB, so not all of it could be searched");
  }
  return passed();
}

constexpr std::string_view kRule =
    "Error messages must not reveal information that helps an attacker.";

// The oracle is the first, so that the others know what the responses to it reveal.
const Check kChecks[] = {
    {{"leaks.oracle", "responds alike to every wrong signature", Level::should, kRule, kSource,
      "return one status and one text for every signature that does not match, and compare in "
      "constant time: a caller must not learn how much of it was right"},
     oracle,
     true,
     true,
     Unwelcome::forged},
    {{"leaks.known-bookings", "responds alike to forged events of any booking", Level::should,
      kRule, kSource,
      "verify first, and look up the booking only then: a caller who cannot sign must not learn "
      "which bookings exist"},
     known_bookings,
     true,
     true,
     Unwelcome::forged},
    {{"leaks.secret", "never includes the secret in a response", Level::must, kRule, kSource,
      "respond with a status and a short text; write details to your own log, without the secret"},
     secret,
     true,
     true},
    {{"leaks.signature", "never includes the expected signature in a response", Level::must, kRule,
      kSource, "never return the expected signature: it lets an attacker sign events of their own"},
     expected_signature,
     true,
     true},
    {{"leaks.stack-trace", "never includes stack traces or source paths", Level::should, kRule,
      kSource,
      "disable the framework's debug pages (NODE_ENV=production, debug=False), and catch "
      "exceptions"},
     stack_trace},
    {{"leaks.bookings", "shows no booking to a GET without a login", Level::should,
      "Our reading: what anyone can get at this URL must not have an attendee's name or address "
      "in it.",
      "OWASP Top 10, Broken Access Control",
      "return 405 to GET, or put the page of bookings behind a login"},
     bookings},
};

constexpr std::pair<Finding (*)(Driver&), LeakKind> kKinds[] = {
    {secret, LeakKind::secret},
    {expected_signature, LeakKind::signature},
    {stack_trace, LeakKind::source},
};

}  // namespace

bool is_found(const Check& check, const LeakWatch& watch) {
  return std::ranges::any_of(kKinds, [&](const auto& kind) {
    return kind.first == check.run && watch.found(kind.second) != nullptr;
  });
}

}  // namespace slotflow::leaks

namespace slotflow {

std::span<const Check> leaks_checks() {
  return leaks::kChecks;
}

}  // namespace slotflow
