// Signed events that the handler must accept. The first row of the table is the first check of the
// section: see all_checks().
#include "conformance/response_cause.h"
#include "conformance/signature_events.h"
#include "conformance/signature_valid.h"
#include "conformance/verdict.h"
#include "domain/ascii.h"

namespace slotflow::signature {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kParts =
    "Our reading: parts are found by name, several v1 are allowed, and unknown names are ignored.";
constexpr std::string_view kSimilar =
    "not documented by Slotflow; stripe-node and stripe-go verify a header of this form so";

constexpr std::string_view kVerifyEveryForm =
    "verify the signature whatever the form of its header: the handler accepts forged events of "
    "this form only";

// Replaces `finding`, of an event that was accepted, if `forgery`, which must be rejected and is
// otherwise of the same form, is accepted, too.
Finding unless_accepted(Driver& driver, Finding finding, const Request& forgery) {
  if (finding.verdict != CheckVerdict::passed) return finding;
  const Reply reply = driver.send(forgery);
  if (!reply.delivered()) return finding;
  if (auto unverified = skipped_if_unverified(driver)) return *std::move(unverified);
  return with_remedy(failed("a 4xx status for a forged event of this form",
                            describe(reply, driver.subject()), forgery),
                     kVerifyEveryForm);
}

// Passes if a valid event with the rewritten signature header is accepted.
Finding accepted_with(Driver& driver, std::string (*rewrite)(const std::string& header)) {
  const std::string body = driver.event().dump();
  Finding finding = driver.accepted(driver.request(body, rewrite(driver.signature(body))));
  const std::string other = driver.event().dump();
  return unless_accepted(driver, std::move(finding),
                         driver.request(other, rewrite(forged_signature(driver, other))));
}

// Slotflow: v1 is the HMAC-SHA256 of "<t>.<raw body>", keyed with the secret exactly as issued.
Finding valid(Driver& driver) {
  const bool refused = looks_like_a_signature_matter(driver.baseline());
  if (!refused && !driver.baseline().delivered()) {
    return skipped(
        "valid events fail for another reason: see delivery.confirmed, delivery.in-time "
        "and delivery.no-redirect");
  }
  if (refused) {
    Finding finding = explained_rejection(driver);
    finding.also = other_cause_of(driver.baseline());
    return finding;
  }
  return driver.accepted(driver.event());
}

// RFC 9110, section 5.1: field names are case-insensitive; proxies and HTTP/2 send lower case.
Finding header_case(Driver& driver) {
  const auto in_lower_case = [](Request request) {
    for (Header& header : request.headers) header.name = lower_case(header.name);
    return request;
  };
  Finding finding = driver.accepted(in_lower_case(driver.request(driver.event().dump())));
  const std::string other = driver.event().dump();
  return unless_accepted(driver, std::move(finding),
                         in_lower_case(driver.request(other, forged_signature(driver, other))));
}

// RFC 9112, section 9.3: the next request on a connection begins where the body of the previous one
// ends, even if the server rejected that one without reading its body.
Finding keep_alive(Driver& driver) {
  constexpr Duration kBetween{50};  // so that the end of a closed connection arrives
  bool first_accepted = false;
  bool on_one_connection = false;
  const auto second_after = [&](const Request& first, const Request& second) {
    BlockingConnection session(driver.client());
    first_accepted = driver.send(session, first).delivered();
    driver.pause(kBetween);
    Reply reply = driver.send(session, second);
    on_one_connection = session.connections() == 1;
    return reply;
  };
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    const Request valid = driver.request(driver.event().dump());
    const Request refused = forged(driver, driver.event().dump(), has_signature);
    const Reply reply = second_after(refused, valid);
    if (first_accepted) {
      result = skipped_as_unverified(check_of_forged(has_signature));
      continue;
    }
    if (reply.delivered()) {
      if (!on_one_connection) {
        result = skipped("the connection was closed after the rejected event");
      }
      continue;
    }
    if (is_of_rate_limits(status_of(reply))) {
      return skipped("the handler is rate-limiting (" + std::to_string(status_of(reply)) +
                     "), so this check proves nothing");
    }
    if (!second_after(driver.request(driver.event().dump()), driver.request(driver.event().dump()))
             .delivered()) {
      return skipped(
          "the handler does not accept a second event on a connection: see delivery.keep-alive");
    }
    return failed("a 2xx status",
                  describe(reply, driver.subject()) +
                      " for a valid event after a rejected one on the same connection",
                  reply.response() != nullptr
                      ? Evidence({refused, valid}, Evidence::Manner::on_one_connection)
                      : Evidence());  // curl would retry on a new one
  }
  return result;
}

Finding four_minutes_ahead(Driver& driver) {
  // A sender whose clock is fast has both times from it.
  Json event = driver.event();
  event["created_at"] = to_iso8601(driver.clock().now() + 4min);
  const std::string body = event.dump();
  return driver.accepted(driver.request(body, driver.signature(body, 4min)));
}

Finding four_minutes_old(Driver& driver) {
  return driver.accepted(of_age(driver, 4min));
}

Finding swapped_order(Driver& driver) {
  return accepted_with(driver, [](const std::string& header) {
    return "v1=" + hex_of(header) + "," + t_of(header);
  });
}

Finding unknown_scheme(Driver& driver) {
  return accepted_with(driver, [](const std::string& header) {
    return t_of(header) + ",v0=" + std::string(64, 'a') + ",v1=" + hex_of(header);
  });
}

// While a secret is being rotated there are two secrets: other senders with this header format then
// send one v1 for each.
Finding first_of_two(Driver& driver) {
  return accepted_with(
      driver, [](const std::string& header) { return header + ",v1=" + std::string(64, '0'); });
}

Finding second_of_two(Driver& driver) {
  return accepted_with(driver, [](const std::string& header) {
    return t_of(header) + ",v1=" + std::string(64, '0') + ",v1=" + hex_of(header);
  });
}

std::string pretty_printed(const Json& event) {
  return event.dump(2);
}

std::string with_escaped_letter(const Json& event) {
  std::string text = event.dump();
  const std::string_view name = "\"Alex Rivera\"";
  return text.replace(text.find(name), name.size(), "\"\\u0041lex Rivera\"");
}

std::string with_white_space(const Json& event) {
  return "  " + event.dump(1, '\t') + " \r\n";
}

std::string with_line_break(const Json& event) {
  return event.dump() + "\n";
}

std::string with_numbers(const Json& event) {
  Json changed = event;
  changed["data"]["metadata"]["score"] = "NUMBERS";
  std::string text = changed.dump();
  const std::string_view place = "\"NUMBERS\"";
  return text.replace(text.find(place), place.size(), "[1.0,1e2,0.10,12345678901234567890]");
}

struct JsonFormat {
  std::string_view words;
  std::string (*text_of)(const Json& event);
};
constexpr JsonFormat kJsonFormats[] = {
    {"pretty-printed JSON", pretty_printed},
    {"JSON with escaped Unicode", with_escaped_letter},
    {"JSON with extra white space", with_white_space},
    {"JSON with a line break at the end", with_line_break},
    {"JSON with numbers such as 1.0 and 1e2", with_numbers},
};

// Slotflow signs the raw body: the same JSON in another format has other bytes.
Finding raw_body(Driver& driver) {
  for (const JsonFormat& format : kJsonFormats) {
    const std::string text = format.text_of(driver.event());
    Finding finding = driver.accepted(driver.request(text));
    if (finding.verdict == CheckVerdict::passed) continue;
    const Finding plain = driver.accepted(driver.request(Json::parse(text).dump()));
    if (plain.verdict != CheckVerdict::passed) {
      return skipped("the handler does not accept the event as compact JSON either (" +
                     plain.observed + "): see payload");
    }
    finding.observed += " for " + std::string(format.words);
    return finding;
  }
  const std::string forgery = pretty_printed(driver.event());
  return unless_accepted(driver, passed(),
                         driver.request(forgery, forged_signature(driver, forgery)));
}

const Check kAcceptedChecks[] = {
    {{"signature.valid", "accepts a valid signature", Level::must,
      "v1 is the lower-case hex HMAC-SHA256 of <t>.<raw body>, keyed with the signing_secret "
      "exactly as issued, the whsec_ prefix included.",
      source::kSignature,
      "compute the HMAC over t, a dot and the raw body, with the whole secret as key; compare t "
      "(in seconds) with a correct clock; look for middleware, such as CSRF protection, that "
      "rejects the request first. slotflow-hooks verify finds common mistakes"},
     valid,
     false,
     true},
    rejection_check(
        {"signature.keep-alive", "accepts an event after a rejected one on one connection",
         Level::must, "Persistent connections carry multiple requests and responses.",
         "RFC 9112, section 9.3",
         "read the whole body before you reject a request, or respond with \"Connection: close\" "
         "and close the connection"},
        keep_alive),
    signed_check(
        {"signature.four-minutes-old", "accepts a timestamp 4 minutes in the past", Level::must,
         kYoung, source::kSignature, "allow 300 s: clocks differ, and deliveries can be queued"},
        four_minutes_old),
    signed_check(
        {"signature.four-minutes-ahead", "accepts a timestamp 4 minutes in the future", Level::must,
         kAhead, source::kSignature,
         "allow 300 s in both directions, and do not compare created_at with your clock: it may be "
         "slow"},
        four_minutes_ahead),
    rejection_check(
        {"signature.header-case", "accepts the header name in lower case", Level::must,
         "Field names are case-insensitive.", "RFC 9110, section 5.1",
         "look up headers case-insensitively: proxies and HTTP/2 send lower-case names"},
        header_case),
    rejection_check({"signature.swapped-order", "accepts v1 before t", Level::should, kParts,
                     kSimilar, "split the header at commas and look up the parts by name"},
                    swapped_order),
    rejection_check(
        {"signature.unknown-scheme", "ignores an unknown scheme next to v1", Level::should, kParts,
         kSimilar, "skip parts with unknown names: a v2 may be added later"},
        unknown_scheme),
    rejection_check(
        {"signature.first-of-two", "accepts two v1 signatures if the first matches", Level::should,
         kParts, kSimilar, "collect all v1 values, and accept if any of them matches"},
        first_of_two),
    rejection_check(
        {"signature.second-of-two", "accepts two v1 signatures if the second matches",
         Level::should, kParts, kSimilar,
         "collect all v1 values, and accept if any of them matches, so that secrets can "
         "be rotated without downtime"},
        second_of_two),
    rejection_check({"signature.raw-body", "verifies the raw body, however its JSON is formatted",
                     Level::must, kVerify, source::kSignature,
                     "verify the bytes as received, before any parser (express.raw, "
                     "request.get_data()); never verify re-serialized JSON"},
                    raw_body),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> accepted_signature_checks() {
  return signature::kAcceptedChecks;
}

}  // namespace slotflow
