// Whether the handler accepts deliveries.
#include <algorithm>
#include <array>
#include <cstdio>

#include "conformance/delivery_aborted.h"
#include "conformance/delivery_concurrent.h"
#include "conformance/delivery_get.h"
#include "conformance/driver.h"
#include "conformance/first_event.h"
#include "conformance/response_cause.h"
#include "conformance/sources.h"
#include "domain/ascii.h"
#include "domain/status_text.h"
#include "domain/url.h"

namespace slotflow::delivery {

namespace {

constexpr std::string_view kLogin =
    "exempt POST requests to this path from the login: the server asks for one before the handler "
    "gets the event, and Slotflow cannot log in";

constexpr std::string_view kNoBody =
    "send no body with status 204, or return 200: a client takes the body for the beginning of the "
    "next response on the connection";
bool timed_out(const Reply& reply) {
  return has_failed(reply, FailureKind::timeout);
}

// The response started but did not end: without Content-Length it ends when the connection closes
// (RFC 9112, section 6.3).
bool is_without_end(const Reply& reply) {
  return timed_out(reply) && reply.failure()->stage == Stage::body;
}

// The failure of a handler that rejects valid events, with the usual cause.
Finding not_taken(Driver& driver) {
  const Reply& reply = driver.baseline();
  std::string observed = describe(reply, driver.subject());
  std::string_view remedy = remedy_named_by(reply);
  if (remedy.empty()) remedy = remedy_for_first(reply, driver.subject().url);
  if (remedy.empty()) remedy = remedy_for_status(status_of(reply));
  if (const auto challenge = header_of(reply, "WWW-Authenticate")) {
    observed += ", WWW-Authenticate: " + *challenge;
    remedy = kLogin;
  } else if (has_failed(reply, FailureKind::bad_response)) {
    remedy =
        "let a library write the response: a status line, headers and an empty line, each ended by "
        "CR LF (RFC 9112, section 2.1)";
  }
  return with_remedy(failed("a 2xx status", observed, driver.request(driver.event().dump())),
                     remedy);
}

// Slotflow: booking.confirmed is sent when a booking is created; any 2xx is success.
Finding confirmed(Driver& driver) {
  if (timed_out(driver.baseline()))
    return skipped("the handler does not respond: see delivery.in-time");
  if (is_redirect(status_of(driver.baseline())))
    return skipped("the handler redirects: see delivery.no-redirect");
  if (looks_like_a_signature_matter(driver.baseline())) {
    return skipped(driver.subject().secret
                       ? "the handler rejects the signature: see signature.valid"
                       : "the handler rejects unsigned events, as it should: give --secret");
  }
  if (!driver.baseline().delivered()) return not_taken(driver);
  return driver.accepted(driver.event(Event::booking_confirmed));
}

// Slotflow: booking.cancelled is sent when a booking is cancelled. Whether an unknown booking can
// be cancelled is left to idempotency.cancel-before-confirm.
Finding cancelled(Driver& driver) {
  const Json event = driver.event(Event::booking_cancelled);
  Finding finding = driver.accepted(event);
  if (finding.verdict == CheckVerdict::passed) return finding;
  Json booking = driver.event();
  if (!driver.send(driver.request(booking.dump())).delivered()) return finding;
  booking["event"] = event["event"];
  booking["data"]["status"] = event["data"]["status"];
  if (!driver.send(driver.request(booking.dump())).delivered()) return finding;
  return passed("once the booking was confirmed");
}

// A response has to end in time even if it is longer than the part that is read.
Finding ends_in_time(Driver& driver) {
  Request request = driver.request(driver.event().dump());
  request.whole_response = true;
  const Reply reply = driver.baseline().response()->cut ? driver.send(request) : driver.baseline();
  Finding finding = reply.delivered() ? passed(describe(reply, driver.subject().timeout))
                                      : failed("a response that ends",
                                               describe(reply, driver.subject()), request);
  finding.duration = reply.duration;
  return finding;
}

// Slotflow: the endpoint has 10 seconds, in all.
Finding in_time(Driver& driver) {
  if (driver.baseline().delivered()) return ends_in_time(driver);
  if (!timed_out(driver.baseline())) return skipped("the handler does not accept valid events");
  const Request request = driver.request(driver.event().dump());
  const Reply again = driver.send(request);
  if (again.delivered()) return passed("the first event took longer: a cold start");
  std::string observed = describe(driver.baseline(), driver.subject());
  if (!timed_out(again)) observed += "; another event got: " + describe(again, driver.subject());
  return failed("a complete response within " + to_string(driver.subject().timeout), observed,
                request);
}

// Slotflow's advice: return 2xx at once and work later. The best of three counts, because a busy
// machine is not the handler's fault. What it rejects, it need not work on.
Finding at_once(Driver& driver) {
  constexpr std::chrono::microseconds kAtOnce = std::chrono::seconds(1);
  std::chrono::microseconds best = driver.baseline().duration;
  Request request;
  for (int i = 0; i < 2 && best > kAtOnce; ++i) {
    request = driver.request(driver.event().dump());
    const Reply reply = driver.send(request);
    if (reply.delivered()) best = std::min(best, reply.duration);
  }
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s", static_cast<double>(best.count()) / 1e6);
  Finding finding = passed(seconds);
  finding.duration = best;
  if (best <= kAtOnce) return finding;
  return failed("a response within 1 s", std::string(seconds) + " at best", request);
}

bool leads_to_a_login(std::string_view location) {
  const std::string text = lower_case(location);
  return std::ranges::any_of(
      std::array{"login", "signin", "sign-in", "sign_in", "/auth", "/sso"},
      [&](const char* word) { return text.find(word) != std::string::npos; });
}

// Slotflow: redirects are not followed, and a 3xx is a failure.
Finding without_redirect(Driver& driver) {
  if (driver.baseline().delivered()) return passed();
  if (!is_redirect(status_of(driver.baseline())))
    return skipped("the handler does not accept valid events");
  const auto location = header_of(driver.baseline(), "Location");
  Finding finding = failed(
      "a 2xx status",
      describe(driver.baseline(), driver.subject()) + (location ? ", Location: " + *location : ""),
      driver.request(driver.event().dump()));
  if (!location || !leads_to_a_login(*location)) return finding;
  return with_remedy(std::move(finding), kLogin);
}

Finding no_redirect(Driver& driver) {
  Finding finding = without_redirect(driver);
  const auto remedy = remedy_for_first(driver.baseline(), driver.subject().url);
  return remedy.empty() ? finding : with_remedy(std::move(finding), remedy);
}

// RFC 9112, section 9.3: connections persist, and carry several requests. A server may close one
// at any time (section 9.5); the pause lets the end of a closed connection arrive.
Finding keep_alive(Driver& driver) {
  constexpr Duration kBetween{50};
  constexpr int kCount = 3;
  BlockingConnection session(driver.client());
  std::vector<Request> sent;
  for (int i = 1; i <= kCount; ++i) {
    if (i > 1) driver.pause(kBetween);
    sent.push_back(driver.request(driver.event().dump()));
    const Reply reply = driver.send(session, sent.back());
    if (has_forbidden_body(reply)) {
      return with_remedy(failed("a 204 response without a body", describe(reply, driver.subject()),
                                driver.request(driver.event().dump())),
                         kNoBody);
    }
    if (reply.delivered()) continue;
    Finding finding = failed(
        "a 2xx status for each of three deliveries on one connection",
        describe(reply, driver.subject()) + " for delivery " + std::to_string(i),
        reply.response() != nullptr ? Evidence(std::move(sent), Evidence::Manner::on_one_connection)
                                    : Evidence());  // curl would retry on a new one
    if (!is_without_end(reply)) return finding;
    return with_remedy(std::move(finding),
                       "mark the end of the response: send Content-Length (0 if there is no body), "
                       "or close the connection");
  }
  if (session.connections() == kCount) {
    return skipped("the connection was closed after each response");
  }
  return passed(session.connections() == 1 ? "three on one connection"
                                           : "the connection was closed once");
}

// RFC 9110, section 10.1.1: a client can send a body without "Expect: 100-continue".
Finding without_expect(Driver& driver) {
  // 3,000 bytes in all: curl, unlike most senders, sends Expect with over 1,024. No value is long,
  // so that payload.metadata-large finds a limit on its length.
  constexpr int kNotes = 30;
  constexpr std::size_t kLength = 100;
  Json event = driver.event();
  for (int i = 1; i <= kNotes; ++i) {
    event["data"]["metadata"]["note_" + std::to_string(i)] = std::string(kLength, 'n');
  }
  return driver.accepted(event);
}

// RFC 9112, section 6.3: Content-Length says where a body ends; the network decides how it is split
// into packets. Splits the body between two bytes of a letter, and if that is rejected, between two
// letters.
Finding split_body(Driver& driver) {
  Finding finding = passed();
  for (const std::string_view name : {"Zo\xc3\xab", "Alex"}) {
    Json event = driver.event();
    event["data"]["attendee_name"] = name;
    const Request request = driver.request(event.dump());
    const std::string body = request.body.str();
    const std::size_t end_of_name = body.find(name) + name.size();
    const auto [reply, between] = driver.send_in_two(request, body.size() - end_of_name + 1);
    if (reply.delivered()) break;
    if (between && !between->delivered()) {
      return skipped(
          "the handler rejects an event that arrives between the two packets of another");
    }
    const bool accepts_whole = driver.send(driver.request(body)).delivered();
    if (accepts_whole) {
      finding = failed("a 2xx status",
                       describe(reply, driver.subject()) +
                           " when the body arrived in two packets, split within the name " +
                           std::string(name));
    } else if (finding.verdict != CheckVerdict::failed) {
      finding = skipped("the handler does not accept the name " + std::string(name) +
                        " in one packet either");
    }
  }
  return finding;
}

// Slotflow documents no header but the signature.
Finding user_agent(Driver& driver) {
  Request request = driver.request(driver.event().dump());
  for (Header& header : request.headers) {
    if (header.name == "User-Agent") header.value = "node";
  }
  return driver.accepted(request);
}

// ", 29 days left"; empty if no certificate was received.
std::string end_of_certificate(const Reply& reply, Timestamp now) {
  if (!reply.certificate_until) return "";
  const auto left = std::chrono::floor<std::chrono::days>(*reply.certificate_until - now);
  if (left.count() < 0) return ", expired";
  return ", " + std::to_string(left.count()) + (left.count() == 1 ? " day left" : " days left");
}

// Slotflow: HTTPS in production.
Finding https(Driver& driver) {
  const Subject& subject = driver.subject();
  if (!subject.url.https) {
    if (is_loopback(subject.url.host)) return skipped("a loopback address does not need HTTPS");
    return failed("an https URL", "plain http to " + subject.url.host);
  }
  // Here the certificate is verified even with --insecure.
  TlsOptions strict = subject.tls;
  strict.insecure = false;
  BlockingClient client(strict, driver.interrupt());
  const Request request = driver.request(driver.event().dump());
  const Reply reply = client.send(request);
  driver.look_for_leaks(request, reply);
  const Failure* failure = reply.failure();
  if (failure != nullptr && failure->kind == FailureKind::tls) {
    Evidence evidence(request);
    evidence.verify = true;
    return failed("a trusted certificate for " + subject.url.host + " that has not expired",
                  failure->detail + end_of_certificate(driver.baseline(), driver.clock().now()),
                  evidence);
  }
  if (!reply.certificate_until) return skipped(describe(reply, subject.timeout));
  constexpr auto kSoon = std::chrono::days(7);
  const std::string what = "trusted" + end_of_certificate(reply, driver.clock().now());
  if (*reply.certificate_until - driver.clock().now() >= kSoon) return passed(what);
  return failed("a certificate that is valid for another week or more", what);
}

constexpr std::string_view kAnswerFirst =
    "respond before the work is done: queue the event and return 200";

const Check kChecks[] = {
    {{"delivery.confirmed", "accepts a confirmed booking", Level::must, source::kAnyTwoHundred,
      source::kDelivery,
      "return 200 to POST requests at exactly this URL; see the handler's log for the reason why "
      "it did not"},
     confirmed,
     false},
    {{"delivery.cancelled", "accepts a cancelled booking", Level::must, source::kAnyTwoHundred,
      source::kDelivery,
      "route on the payload's \"event\" field, and return 200 for booking.cancelled too"},
     cancelled},
    {{"delivery.in-time", "sends the whole response in time", Level::must,
      "The endpoint has 10 seconds, in all.", source::kDelivery,
      "respond before the work is done: queue the event and return 200. If the server never "
      "responds, see its log: its workers may have failed to start"},
     in_time,
     false},
    {{"delivery.at-once", "responds within 1 s", Level::should,
      "Return 2xx at once and work later. Our reading: within 1 s.", source::kGuide, kAnswerFirst},
     at_once},
    {{"delivery.no-redirect", "does not redirect", Level::must,
      "3xx is failure too: redirects are not followed.", source::kDelivery,
      "register the URL that the redirect points to (often the same URL with or without a trailing "
      "slash), or accept the event at this URL"},
     no_redirect,
     false},
    {{"delivery.get", "does not accept a GET request as an event", Level::should,
      "An event is an HTTP POST. Our reading: another method is not an event.", source::kPayload,
      "route only POST to the handler, and return 405 for other methods"},
     get},
    {{"delivery.concurrent", "accepts 50 simultaneous deliveries", Level::must,
      "The first attempt is immediate, and the endpoint has 10 seconds. Our reading: simultaneous "
      "bookings are simultaneous deliveries.",
      source::kDelivery,
      "add workers, or queue the event and respond before the work is done; if there is a rate "
      "limit in front, allow bursts"},
     concurrent},
    {.info = {"delivery.concurrent-at-once", "responds to 50 simultaneous deliveries within 1 s",
              Level::should, "Return 2xx at once and work later. Our reading: within 1 s.",
              source::kGuide,
              "queue the event and respond before the work is done, or add workers"},
     .run = concurrent_at_once,
     .follows = "delivery.concurrent"},
    {{"delivery.keep-alive", "accepts several deliveries on one connection", Level::must,
      "Persistent connections carry multiple requests and responses.", "RFC 9112, section 9.3",
      "read each request body to its end before the next request, or respond with \"Connection: "
      "close\" and close the connection"},
     keep_alive},
    {{"delivery.without-expect", "accepts a body over 1 KiB without the Expect header", Level::must,
      "A client can send \"Expect: 100-continue\" before a body. Our reading: it need not.",
      "RFC 9110, section 10.1.1",
      "read the body as it arrives; only some clients, such as curl, send \"Expect: 100-continue\" "
      "first"},
     without_expect},
    {{"delivery.split-body", "accepts a body that arrives in several packets", Level::must,
      "Content-Length is the length of the body in octets. Our reading: packets do not matter.",
      "RFC 9112, section 6.2",
      "collect bytes, not text (a character can be split between packets), until Content-Length "
      "bytes have arrived; or let a library read the body"},
     split_body},
    {{"delivery.aborted-request", "accepts an event after another request was aborted", Level::must,
      "A message is incomplete if it has fewer bytes than Content-Length says. Our reading: it "
      "must not affect later messages.",
      "RFC 9112, section 8", kCatchAborted},
     aborted_request},
    {{"delivery.user-agent", "accepts an event with a different User-Agent", Level::must,
      "No header but the signature is documented. Our reading: the User-Agent can change.",
      source::kSignature, "identify the sender by the signature only"},
     user_agent},
    {{"delivery.https", "serves HTTPS with a trusted certificate", Level::should,
      "The URL must be reachable from the internet, and HTTPS in production.", source::kGuide,
      "serve HTTPS with a certificate from a public CA for this host, including its chain, and "
      "renew it in time"},
     https,
     false},
};

}  // namespace

}  // namespace slotflow::delivery

namespace slotflow {

std::span<const Check> delivery_checks() {
  return delivery::kChecks;
}

}  // namespace slotflow
