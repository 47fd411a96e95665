// Whether the handler accepts every event that Slotflow has signed, and no other.
#include "domain/signature.h"

#include <algorithm>

#include "conformance/driver.h"
#include "domain/ascii.h"
#include "domain/hmac.h"

namespace slotflow {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSource = "Slotflow's webhook guide, signature";
constexpr std::string_view kVerify = "Receivers compare in constant time over the raw body bytes.";
constexpr std::string_view kSigned =
    "Each delivery has the header X-Slotflow-Signature: t=<unix seconds>,v1=<hex>. Our reading: a "
    "request without a valid one is not from Slotflow.";
constexpr std::string_view kHeader =
    "X-Slotflow-Signature: t=<unix seconds>,v1=<hex>. Our reading: any other form is invalid.";
constexpr std::string_view kParts =
    "Our reading: parts are found by name, several v1 are allowed, and unknown names are ignored.";
constexpr std::string_view kSimilar =
    "not documented by Slotflow; stripe-node and stripe-go verify a header of this form so";
constexpr std::string_view kOld = "Receivers reject a t more than 5 minutes (300 s) old.";
constexpr std::string_view kAhead =
    "Receivers reject a t more than 5 minutes (300 s) old. Our reading: the same limit applies to "
    "the future.";

std::string hex_of(const std::string& header) {
  return header.substr(header.find("v1=") + 3);
}

std::string t_of(const std::string& header) {
  return header.substr(0, header.find(','));
}

// A handler that accepts forged events shows nothing about how it verifies them. `id` is the check
// that fails for it.
Finding skipped_as_unverified(std::string_view id) {
  return skipped("it accepts forged events: see " + std::string(id));
}

// A signature by somebody who does not know the secret.
std::string forged_signature(const Driver& driver, std::string_view body) {
  return sign("whsec_of_somebody_else", driver.now_seconds(), body);
}

// The id of the check that fails if forged() events are accepted.
std::string_view check_of_forged(bool has_signature) {
  return has_signature ? "signature.other-secret" : "signature.missing";
}

// Replaces `finding`, of an event that was accepted, if `forgery`, which must be rejected and is
// otherwise of the same form, is accepted, too.
Finding unless_accepted(Driver& driver, Finding finding, const Request& forgery) {
  if (finding.verdict != CheckVerdict::passed || !driver.send(forgery).delivered()) return finding;
  const bool unsigned_too =
      driver.send(driver.request(driver.event().dump(), std::nullopt)).delivered();
  return skipped_as_unverified(check_of_forged(!unsigned_too));
}

// Passes if a valid event with the rewritten signature header is accepted.
Finding accepted_with(Driver& driver, std::string (*rewrite)(const std::string& header)) {
  const std::string body = driver.event().dump();
  Finding finding = driver.accepted(driver.request(body, rewrite(driver.signature(body))));
  const std::string other = driver.event().dump();
  return unless_accepted(driver, std::move(finding),
                         driver.request(other, rewrite(forged_signature(driver, other))));
}

// Passes if it is rejected.
Finding refused_with(Driver& driver, std::string (*rewrite)(const std::string& header)) {
  const std::string body = driver.event().dump();
  return driver.refused(driver.request(body, rewrite(driver.signature(body))));
}

// Slotflow: v1 is the HMAC-SHA256 of "<t>.<raw body>", keyed with the secret exactly as issued.
Finding valid(Driver& driver) {
  const bool refused = looks_like_a_signature_matter(driver.baseline());
  if (!refused && !driver.baseline().delivered()) {
    return skipped(
        "valid events fail for another reason: see delivery.confirmed, .in-time and "
        ".no-redirect");
  }
  if (refused) {
    return failed("a 2xx status", told(driver.baseline(), driver.subject().timeout),
                  driver.request(driver.event().dump()));
  }
  return driver.accepted(driver.event());
}

Finding missing(Driver& driver) {
  return driver.refused(driver.request(driver.event().dump(), std::nullopt));
}

Finding empty(Driver& driver) {
  return driver.refused(driver.request(driver.event().dump(), ""));
}

// One wrong digit at either end, and all digits of the valid v1 in another order.
Finding wrong(Driver& driver) {
  const auto other_digit = [](char digit) { return digit == '0' ? '1' : '0'; };
  for (const std::string_view how :
       {"a wrong first digit", "a wrong last digit", "its digits reversed"}) {
    const std::string body = driver.event().dump();
    const std::string header = driver.signature(body);
    std::string hex = hex_of(header);
    if (how == "a wrong first digit") hex.front() = other_digit(hex.front());
    if (how == "a wrong last digit") hex.back() = other_digit(hex.back());
    if (how == "its digits reversed") std::ranges::reverse(hex);
    Finding finding = driver.refused(driver.request(body, t_of(header) + ",v1=" + hex));
    if (finding.verdict != CheckVerdict::passed) {
      finding.observed += " for a v1 with " + std::string(how);
      return finding;
    }
  }
  return passed();
}

// The valid digits, under the name of another scheme.
Finding other_scheme(Driver& driver) {
  return refused_with(
      driver, [](const std::string& header) { return t_of(header) + ",v0=" + hex_of(header); });
}

Finding malformed(Driver& driver) {
  for (const char* header : {"nonsense", "t=,v1=", "t=now,v1=zz", "v1=zz", "t=1"}) {
    Finding finding = driver.refused(driver.request(driver.event().dump(), header));
    if (finding.verdict != CheckVerdict::passed) {
      finding.observed += " for the header '" + std::string(header) + "'";
      return finding;
    }
  }
  return passed();
}

// The handler has received the signature with its own body before.
Finding tampered_body(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string header = driver.signature(body);
  Finding first = driver.accepted(driver.request(body, header));
  if (first.verdict != CheckVerdict::passed) {
    first.observed += " for the event itself, before its signature was sent with another body";
    return first;
  }
  return driver.refused(driver.request(driver.event().dump(), header));
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

// Slotflow: the signature covers t.
Finding body_only(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string hex = hmac_sha256_hex(*driver.subject().secret, body);
  return driver.refused(
      driver.request(body, "t=" + std::to_string(driver.now_seconds()) + ",v1=" + hex));
}

Finding tampered_timestamp(Driver& driver) {
  return refused_with(driver, [](const std::string& header) {
    const std::int64_t t = std::stoll(t_of(header).substr(2));
    return "t=" + std::to_string(t + 1) + ",v1=" + hex_of(header);
  });
}

// Another secret, and what handlers use in its place if it is not configured.
Finding other_secret(Driver& driver) {
  for (const std::string_view key :
       {"whsec_of_somebody_else", "", "whsec_", "undefined", "null", "None"}) {
    const std::string body = driver.event().dump();
    Finding finding = driver.refused(driver.request(body, sign(key, driver.now_seconds(), body)));
    if (finding.verdict != CheckVerdict::passed) {
      finding.observed += " for a signature with the key '" + std::string(key) + "'";
      return finding;
    }
  }
  return passed();
}

// Builds a delivery as somebody would who does not know the secret.
Request forged(const Driver& driver, std::string body, bool has_signature) {
  if (!has_signature) return driver.request(std::move(body), std::nullopt);
  const std::string header = forged_signature(driver, body);
  return driver.request(std::move(body), header);
}

// A handler must verify every kind of request before it does anything else with it.
Finding every_request(Driver& driver) {
  constexpr std::size_t kLarge = 20'000;
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    if (driver.send(forged(driver, driver.event().dump(), has_signature)).delivered()) {
      result = skipped_as_unverified(check_of_forged(has_signature));
      continue;
    }
    Json unknown = driver.event();
    unknown["event"] = "ping";
    Json large = driver.event();
    large["data"]["metadata"]["transcript"] = std::string(kLarge, 'x');
    const auto of_type = [&](std::string_view type) {
      return with_content_type(forged(driver, driver.event().dump(), has_signature), type);
    };
    const std::pair<std::string_view, Request> requests[] = {
        {"booking.cancelled",
         forged(driver, driver.event(Event::booking_cancelled).dump(), has_signature)},
        {"the event 'ping'", forged(driver, unknown.dump(), has_signature)},
        {"an event of 20 KB", forged(driver, large.dump(), has_signature)},
        {"an empty body", forged(driver, "", has_signature)},
        {"text/plain", of_type("text/plain")},
        {"a form", of_type("application/x-www-form-urlencoded")},
        {"multipart", of_type("multipart/form-data; boundary=x")},
    };
    for (const auto& [what, request] : requests) {
      Finding finding = driver.refused(request);
      if (finding.verdict == CheckVerdict::passed) continue;
      finding.observed += " for " + std::string(what) +
                          (has_signature ? " with a wrong signature" : " without a signature");
      return finding;
    }
  }
  return result;
}

// Forged copies must be rejected before and after the genuine event, and must not mark it as
// already processed.
Finding forged_copy(Driver& driver) {
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    const std::string body = driver.event().dump();
    std::vector<Request> sent;
    const auto next = [&](Request request) -> const Request& {
      return sent.emplace_back(std::move(request));
    };
    const auto copy = [&] { return forged(driver, body, has_signature); };
    if (driver.send(next(copy())).delivered()) {
      result = skipped_as_unverified(check_of_forged(has_signature));
      continue;
    }
    Finding finding = driver.refused(next(copy()));
    std::string_view where = " for the second copy of a forged event";
    if (finding.verdict == CheckVerdict::passed) {
      finding = driver.accepted(next(driver.request(body)));
      where = " for a genuine event after forged copies of it";
    }
    if (finding.verdict == CheckVerdict::passed) {
      finding = driver.refused(next(copy()));
      where = " for a forged copy of an event that it had accepted";
    }
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += where;
    finding.evidence = {std::move(sent), Evidence::Manner::one_by_one};
    return finding;
  }
  return result;
}

// RFC 9112, section 9.3: the next request on a connection begins where the body of the previous one
// ends, even if the server rejected that one without reading its body.
Finding keep_alive(Driver& driver) {
  constexpr Duration kBetween{50};  // so that the end of a closed connection arrives
  bool first_accepted = false;
  const auto second_after = [&](const Request& first, const Request& second) {
    BlockingConnection session(driver.client());
    first_accepted = session.send(first).delivered();
    driver.pause(kBetween);
    return session.send(second);
  };
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    const Request valid = driver.request(driver.event().dump());
    const Request refused = forged(driver, driver.event().dump(), has_signature);
    const Reply reply = second_after(refused, valid);
    if (first_accepted) result = skipped_as_unverified(check_of_forged(has_signature));
    if (first_accepted || reply.delivered()) continue;
    if (status_of(reply) == 429)
      return skipped("the handler is rate-limiting (429), so this check proves nothing");
    if (!second_after(driver.request(driver.event().dump()), driver.request(driver.event().dump()))
             .delivered()) {
      return skipped(
          "the handler does not accept a second event on a connection: see delivery.keep-alive");
    }
    return failed("a 2xx status",
                  told(reply, driver.subject().timeout) +
                      " for a valid event after a rejected one on the same connection",
                  reply.response() != nullptr
                      ? Evidence({refused, valid}, Evidence::Manner::on_one_connection)
                      : Evidence());  // curl would retry on a new one
  }
  return result;
}

// Builds a valid event whose t is `age` in the past; a negative `age` is in the future.
Request of_age(Driver& driver, Duration age) {
  std::string body = driver.event().dump();
  const std::string header = driver.signature(body, -age);
  return driver.request(std::move(body), header);
}

// Slotflow: receivers reject a t more than 5 minutes old.
Finding stale(Driver& driver) {
  return driver.refused(of_age(driver, 10min));
}

Finding four_minutes_ahead(Driver& driver) {
  return driver.accepted(of_age(driver, -4min));
}

Finding six_minutes_old(Driver& driver) {
  if (driver.send(of_age(driver, 10min)).delivered()) {
    return skipped("the handler accepts any age: see signature.stale");
  }
  return driver.refused(of_age(driver, 6min));
}

Finding future(Driver& driver) {
  return driver.refused(of_age(driver, -10min));
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

Finding truncated_v1(Driver& driver) {
  for (const std::size_t length : {0U, 1U, 8U, 32U, 63U}) {
    const std::string body = driver.event().dump();
    const std::string header = driver.signature(body);
    Finding finding = driver.refused(
        driver.request(body, t_of(header) + ",v1=" + hex_of(header).substr(0, length)));
    if (finding.verdict != CheckVerdict::passed) return finding;
  }
  return passed();
}

Finding upper_case_names(Driver& driver) {
  return refused_with(driver, [](const std::string& header) {
    return "T" + t_of(header).substr(1) + ",v1=" + hex_of(header);
  });
}

Finding trailing_garbage(Driver& driver) {
  return refused_with(driver, [](const std::string& header) { return header + "0garbage"; });
}

// 4xx says that the request is wrong and must not be repeated. 5xx invites a retry, 3xx is a
// redirect, and a closed connection says nothing.
Finding refusal_status(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string t = "t=" + std::to_string(driver.now_seconds());
  // Each with the check that fails if it is accepted.
  const std::pair<std::optional<std::string>, std::string_view> headers[] = {
      {t + ",v1=" + std::string(64, '0'), "signature.wrong"},
      {t + ",v1=00", "signature.wrong"},
      {"v1=00", "signature.malformed"},
      {"t=1", "signature.malformed"},
      {"t=now,v1=zz", "signature.malformed"},
      {"nonsense", "signature.malformed"},
      {"", "signature.empty"},
      {std::nullopt, "signature.missing"},
  };
  Finding result = passed();
  for (const auto& [header, check] : headers) {
    const Request request = driver.request(body, header);
    const Reply reply = driver.send(request);
    if (reply.delivered()) result = skipped_as_unverified(check);
    if (reply.delivered() || (status_of(reply) >= 400 && status_of(reply) < 500)) continue;
    return failed(
        "a 4xx status",
        told(reply, driver.subject().timeout) +
            (header ? " for the header '" + *header + "'" : " for a request without the header"),
        request);
  }
  return result;
}

// Slotflow signs the raw body: the same JSON in another format has other bytes.
Finding raw_body(Driver& driver) {
  const auto formatted = [&](std::string_view how, Json event) -> std::string {
    if (how == "pretty-printed JSON") return event.dump(2);
    if (how == "JSON with escaped Unicode") {
      std::string text = event.dump();
      const std::string_view name = "\"Alex Rivera\"";
      return text.replace(text.find(name), name.size(), "\"\\u0041lex Rivera\"");
    }
    if (how == "JSON with a line break at the end") return event.dump() + "\n";
    if (how == "JSON with extra white space") return "  " + event.dump(1, '\t') + " \r\n";
    event["data"]["metadata"]["score"] = "NUMBERS";
    std::string text = event.dump();
    const std::string_view place = "\"NUMBERS\"";
    return text.replace(text.find(place), place.size(), "[1.0,1e2,0.10,12345678901234567890]");
  };
  for (const std::string_view how :
       {"pretty-printed JSON", "JSON with escaped Unicode", "JSON with extra white space",
        "JSON with a line break at the end", "JSON with numbers such as 1.0 and 1e2"}) {
    const std::string text = formatted(how, driver.event());
    Finding finding = driver.accepted(driver.request(text));
    if (finding.verdict == CheckVerdict::passed) continue;
    const Finding plain = driver.accepted(driver.request(Json::parse(text).dump()));
    if (plain.verdict != CheckVerdict::passed) {
      return skipped("the handler does not accept the event as compact JSON either (" +
                     plain.observed + "): see payload");
    }
    finding.observed += " for " + std::string(how);
    return finding;
  }
  const std::string forgery = formatted("pretty-printed JSON", driver.event());
  return unless_accepted(driver, passed(),
                         driver.request(forgery, forged_signature(driver, forgery)));
}

// A check that sends signed events.
constexpr Check signed_check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, true};
}

// A check that also needs responses to forged events.
constexpr Check refusal_check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, true, Unwelcome::forged};
}

const Check kChecks[] = {
    {{"signature.valid", "accepts a valid signature", Level::must,
      "v1 is the lower-case hex HMAC-SHA256 of <t>.<raw body>, keyed with the signing_secret "
      "exactly as issued, the whsec_ prefix included.",
      kSource,
      "compute the HMAC over t, a dot and the raw body, with the whole secret as key; compare t "
      "(in seconds) with a correct clock; look for middleware, such as CSRF protection, that "
      "rejects the request first. slotflow-hooks verify finds common mistakes"},
     valid,
     false,
     true},
    refusal_check({"signature.missing", "rejects an event without a signature", Level::must,
                   kSigned, kSource, "treat a missing header like a wrong one: return 401"},
                  missing),
    refusal_check({"signature.empty", "rejects an empty signature", Level::must, kSigned, kSource,
                   "treat an empty header like a wrong one: return 401"},
                  empty),
    refusal_check(
        {"signature.malformed", "rejects a signature header in another format", Level::must,
         kHeader, kSource, "return 401 if the header is not of the form t=...,v1=..."},
        malformed),
    refusal_check(
        {"signature.wrong", "rejects a wrong signature", Level::must, kVerify, kSource,
         "return 401 if the signature does not match, before doing anything else with the event"},
        wrong),
    refusal_check({"signature.tampered-body", "rejects a signature that belongs to another body",
                   Level::must, kVerify, kSource, "compute the HMAC over the body of this request"},
                  tampered_body),
    refusal_check({"signature.tampered-timestamp", "rejects a timestamp that was not signed",
                   Level::must, "v1 is the HMAC of <t>.<raw body>.", kSource,
                   "compute the HMAC over the t of the header, and no other time"},
                  tampered_timestamp),
    refusal_check(
        {"signature.body-only", "rejects a signature computed without the timestamp", Level::must,
         "v1 is the HMAC of <t>.<raw body>.", kSource,
         "compute the HMAC over t, a dot and the body: without t, an old event can be replayed"},
        body_only),
    refusal_check({"signature.other-scheme", "rejects a v0 signature in place of v1", Level::must,
                   kHeader, kSource, "accept v1 only: another name may denote a weaker scheme"},
                  other_scheme),
    refusal_check({"signature.other-secret", "rejects a signature made with another secret",
                   Level::must, kVerify, kSource,
                   "verify with this webhook's secret only, and refuse to start if the secret is "
                   "not configured"},
                  other_secret),
    refusal_check(
        {"signature.every-request", "verifies every kind of request", Level::must, kSigned, kSource,
         "verify before you look at the event type, size or other headers"},
        every_request),
    refusal_check(
        {"signature.forged-copy", "rejects forged copies before and after the genuine event",
         Level::must, kSigned, kSource,
         "verify first; only then look up whether the event is known, or record it"},
        forged_copy),
    refusal_check(
        {"signature.keep-alive",
         "accepts a valid event after a rejected one on the same connection", Level::must,
         "Persistent connections carry multiple requests and responses.", "RFC 9112, section 9.3",
         "read the whole body before you reject a request, or respond with \"Connection: close\" "
         "and close the connection"},
        keep_alive),
    refusal_check({"signature.stale", "rejects a timestamp 10 minutes in the past", Level::must,
                   kOld, kSource,
                   "compare t (in seconds) with the clock, and reject a difference over 300 s: it "
                   "may be a replay"},
                  stale),
    refusal_check(
        {"signature.six-minutes-old", "rejects a timestamp 6 minutes in the past", Level::should,
         kOld, kSource, "allow exactly 300 s: a longer tolerance leaves more time for replays"},
        six_minutes_old),
    refusal_check(
        {"signature.future", "rejects a timestamp 10 minutes in the future", Level::should, kAhead,
         kSource, "use the absolute difference between t and the clock"},
        future),
    signed_check(
        {"signature.four-minutes-old", "accepts a timestamp 4 minutes in the past", Level::must,
         kOld, kSource, "allow 300 s: clocks differ, and deliveries can be queued"},
        four_minutes_old),
    signed_check(
        {"signature.four-minutes-ahead", "accepts a timestamp 4 minutes in the future", Level::must,
         kAhead, kSource, "allow 300 s in both directions: your clock may be slow"},
        four_minutes_ahead),
    signed_check({"signature.header-case", "accepts the header name in lower case", Level::must,
                  "Field names are case-insensitive.", "RFC 9110, section 5.1",
                  "look up headers case-insensitively: proxies and HTTP/2 send lower-case names"},
                 header_case),
    signed_check({"signature.swapped-order", "accepts v1 before t", Level::should, kParts, kSimilar,
                  "split the header at commas and look up the parts by name"},
                 swapped_order),
    signed_check({"signature.unknown-scheme", "ignores an unknown scheme next to v1", Level::should,
                  kParts, kSimilar, "skip parts with unknown names: a v2 may be added later"},
                 unknown_scheme),
    signed_check(
        {"signature.first-of-two", "accepts two v1 signatures if the first matches", Level::should,
         kParts, kSimilar, "collect all v1 values, and accept if any of them matches"},
        first_of_two),
    signed_check({"signature.second-of-two", "accepts two v1 signatures if the second matches",
                  Level::should, kParts, kSimilar,
                  "collect all v1 values, and accept if any of them matches, so that secrets can "
                  "be rotated without downtime"},
                 second_of_two),
    refusal_check(
        {"signature.truncated-v1", "rejects a truncated v1", Level::must, kVerify, kSource,
         "compare the complete values, including their length, with a constant-time function"},
        truncated_v1),
    refusal_check({"signature.upper-case-names", "rejects T= in place of t=", Level::should,
                   kHeader, kSource, "compare the part names case-sensitively"},
                  upper_case_names),
    refusal_check({"signature.trailing-garbage", "rejects a v1 followed by extra characters",
                   Level::should, kHeader, kSource, "match each part completely"},
                  trailing_garbage),
    refusal_check(
        {"signature.refusal-status", "rejects invalid signatures with a 4xx status", Level::should,
         "4xx: the request contains bad syntax or cannot be fulfilled. Our reading: an invalid "
         "signature is such a request.",
         "RFC 9110, section 15",
         "return 401; check that the header and its parts exist before you use them, and compare "
         "only digests of equal length"},
        refusal_status),
    signed_check({"signature.raw-body", "verifies the raw body, however its JSON is formatted",
                  Level::must, kVerify, kSource,
                  "verify the bytes as received, before any parser (express.raw, "
                  "request.get_data()); never verify re-serialized JSON"},
                 raw_body),
};

}  // namespace

std::span<const Check> signature_checks() {
  return kChecks;
}

}  // namespace slotflow
