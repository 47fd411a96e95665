// Forged, altered and stale events that the handler must reject.
#include "conformance/booking_events.h"
#include "conformance/signature_events.h"
#include "domain/hmac.h"
#include "domain/secret.h"
#include "domain/signature.h"
#include "domain/status_text.h"

namespace slotflow::signature {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHeader =
    "X-Slotflow-Signature: t=<unix seconds>,v1=<hex>. Our reading: any other form is invalid.";

// Passes if it is rejected.
Finding refused_with(Driver& driver, std::string (*rewrite)(const std::string& header)) {
  const std::string body = driver.event().dump();
  return driver.refused(driver.request(body, rewrite(driver.signature(body))));
}

Finding missing(Driver& driver) {
  return driver.refused(driver.request(driver.event().dump(), std::nullopt));
}

Finding empty(Driver& driver) {
  return driver.refused(driver.request(driver.event().dump(), ""));
}

struct WrongDigits {
  std::string_view words;
  void (*change)(std::string& hex);
};

// One wrong digit at either end, and all digits of the valid v1 in another order.
constexpr WrongDigits kWrongDigits[] = {
    {"a v1 with a wrong first digit",
     [](std::string& hex) { hex.front() = other_digit(hex.front()); }},
    {"a v1 with a wrong last digit",
     [](std::string& hex) { hex.back() = other_digit(hex.back()); }},
    {"a v1 with its digits reversed", [](std::string& hex) { std::ranges::reverse(hex); }},
};

constexpr std::string_view kCompareAll =
    "compare all 64 digits with a constant-time function, not a part of them, a number or a sum";

Finding wrong(Driver& driver) {
  Finding finding = first_failure(
      kWrongDigits,
      [&](const WrongDigits& wrong) {
        const std::string body = driver.event().dump();
        const std::string header = driver.signature(body);
        std::string hex = hex_of(header);
        wrong.change(hex);
        return driver.refused(driver.request(body, t_of(header) + ",v1=" + hex));
      },
      [](const WrongDigits& wrong) { return wrong.words; });
  // Unless there is a better one: the handler also accepts what is not signed, say.
  if (finding.verdict != CheckVerdict::failed || !finding.remedy.empty()) return finding;
  return with_remedy(std::move(finding), kCompareAll);
}

// The valid digits, under the name of another scheme.
Finding other_scheme(Driver& driver) {
  return refused_with(
      driver, [](const std::string& header) { return t_of(header) + ",v0=" + hex_of(header); });
}

Finding malformed(Driver& driver) {
  const std::string headers[] = {"nonsense", "t=,v1=", "t=now,v1=zz", "v1=zz", "t=1"};
  return first_failure(
      headers,
      [&](const std::string& header) {
        return driver.refused(driver.request(driver.event().dump(), header));
      },
      [](const std::string& header) { return "the header '" + header + "'"; });
}

// The handler has received the signature with its own body before. It may verify less of a body
// than it reads.
Finding tampered_body(Driver& driver) {
  for (const bool has_more : {false, true}) {
    const std::string body = driver.event().dump();
    const std::string header = driver.signature(body);
    Finding first = driver.accepted(driver.request(body, header));
    if (first.verdict != CheckVerdict::passed) {
      first.observed += " for the event itself, before its signature was sent with another body";
      return first;
    }
    const std::string other = driver.event().dump();
    Finding finding =
        driver.refused(driver.request(has_more ? body + "\n" + other : other, header));
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += has_more ? " for the signed event with another one after it"
                                 : " for another event with the same signature";
    return finding;
  }
  return passed();
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
  const std::string keys[] = {"whsec_of_somebody_else",
                              "",
                              std::string(kSecretPrefix),
                              "undefined",
                              "null",
                              "None",
                              "nil",
                              "false",
                              "[object Object]",
                              "secret",
                              "changeme",
                              "your_webhook_secret",
                              "whsec_test",
                              "whsec_...",
                              "SLOTFLOW_WEBHOOK_SECRET"};
  const auto signed_with = [&](const std::string& key) {
    const std::string body = driver.event().dump();
    return driver.request(body, sign(key, driver.now_seconds(), body));
  };
  return first_failure(
      keys,
      [&](const std::string& key) {
        if (key == driver.subject().secret) return passed();
        Finding finding = driver.refused(signed_with(key));
        if (finding.verdict == CheckVerdict::passed) return finding;
        // A handler that compares a few digits of v1 accepts any key now and then.
        constexpr int kTimes = 3;
        for (int i = 0; i < kTimes; ++i) {
          if (driver.send(signed_with(key)).delivered()) continue;
          return skipped(
              "the handler accepts some wrong signatures, whatever their key: see "
              "signature.wrong");
        }
        return finding;
      },
      [](const std::string& key) { return "a signature with the key '" + key + "'"; });
}

// Returns whether a forged cancellation of a booking that the handler does not know is rejected. If
// not, signature.every-request reports it.
bool refuses_cancellations(Driver& driver, bool has_signature) {
  const std::string body = driver.event(Event::booking_cancelled).dump();
  return !driver.send(forged(driver, body, has_signature)).delivered();
}

// Forged copies must be rejected before and after the genuine event, and must not mark it as
// already processed.
Finding forged_copy(Driver& driver) {
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    const Json event = driver.event();
    const std::string body = event.dump();
    const std::string cancellation = other_event(event, Event::booking_cancelled).dump();
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
    if (finding.verdict == CheckVerdict::passed && refuses_cancellations(driver, has_signature)) {
      finding = driver.refused(next(forged(driver, cancellation, has_signature)));
      where = " for a forged cancellation of a booking that it had accepted";
    }
    if (finding.verdict == CheckVerdict::passed) continue;
    finding.observed += where;
    finding.evidence = {std::move(sent), Evidence::Manner::one_by_one};
    return finding;
  }
  return result;
}

// Slotflow: receivers reject a t more than 5 minutes old.
Finding stale(Driver& driver) {
  return driver.refused(of_age(driver, 10min));
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

Finding truncated_v1(Driver& driver) {
  for (const std::size_t length : {0U, 1U, 8U, 32U, 63U}) {
    for (const bool from_start : {true, false}) {
      const std::string body = driver.event().dump();
      const std::string header = driver.signature(body);
      const std::string hex = hex_of(header);
      const std::string part = hex.substr(from_start ? 0 : hex.size() - length, length);
      Finding finding = driver.refused(driver.request(body, t_of(header) + ",v1=" + part));
      if (finding.verdict != CheckVerdict::passed) return finding;
    }
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
    if (reply.delivered() || is_client_error(status_of(reply))) continue;
    return failed(
        "a 4xx status",
        describe(reply, driver.subject()) +
            (header ? " for the header '" + *header + "'" : " for a request without the header"),
        request);
  }
  return result;
}

const Check kRejectedChecks[] = {
    rejection_check(
        {"signature.missing", "rejects an event without a signature", Level::must, kSigned,
         source::kSignature, "treat a missing header like a wrong one: return 401"},
        missing),
    rejection_check({"signature.empty", "rejects an empty signature", Level::must, kSigned,
                     source::kSignature, "treat an empty header like a wrong one: return 401"},
                    empty),
    rejection_check(
        {"signature.malformed", "rejects a signature header in another format", Level::must,
         kHeader, source::kSignature, "return 401 if the header is not of the form t=...,v1=..."},
        malformed),
    rejection_check(
        {"signature.wrong", "rejects a wrong signature", Level::must, kVerify, source::kSignature,
         "return 401 if the signature does not match, before doing anything else with the event"},
        wrong),
    rejection_check(
        {"signature.tampered-body", "rejects a signature that belongs to another body", Level::must,
         kVerify, source::kSignature, "compute the HMAC over the body of this request"},
        tampered_body),
    rejection_check({"signature.tampered-timestamp", "rejects a timestamp that was not signed",
                     Level::must, "v1 is the HMAC of <t>.<raw body>.", source::kSignature,
                     "compute the HMAC over the t of the header, and no other time"},
                    tampered_timestamp),
    rejection_check(
        {"signature.body-only", "rejects a signature computed without the timestamp", Level::must,
         "v1 is the HMAC of <t>.<raw body>.", source::kSignature,
         "compute the HMAC over t, a dot and the body: without t, an old event can be replayed"},
        body_only),
    rejection_check(
        {"signature.other-scheme", "rejects a v0 signature in place of v1", Level::must, kHeader,
         source::kSignature, "accept v1 only: another name may denote a weaker scheme"},
        other_scheme),
    rejection_check({"signature.other-secret", "rejects a signature made with another secret",
                     Level::must, kVerify, source::kSignature,
                     "verify with this webhook's secret only, and refuse to start if the secret is "
                     "not configured"},
                    other_secret),
    rejection_check(
        {"signature.forged-copy", "rejects forged copies before and after the real event",
         Level::must, kSigned, source::kSignature,
         "verify first; only then look up whether the event is known, or record it"},
        forged_copy),
    rejection_check(
        {"signature.stale", "rejects a timestamp 10 minutes in the past", Level::must, kOld,
         source::kSignature,
         "compare t (in seconds) with the clock, and reject a difference over 300 s: it "
         "may be a replay"},
        stale),
    rejection_check({"signature.six-minutes-old", "rejects a timestamp 6 minutes in the past",
                     Level::should, kOld, source::kSignature,
                     "allow exactly 300 s: a longer tolerance leaves more time for replays"},
                    six_minutes_old),
    rejection_check(
        {"signature.future", "rejects a timestamp 10 minutes in the future", Level::should, kAhead,
         source::kSignature, "use the absolute difference between t and the clock"},
        future),
    rejection_check(
        {"signature.truncated-v1", "rejects a truncated v1", Level::must, kVerify,
         source::kSignature,
         "compare the complete values, including their length, with a constant-time function"},
        truncated_v1),
    rejection_check({"signature.upper-case-names", "rejects T= in place of t=", Level::should,
                     kHeader, source::kSignature, "compare the part names case-sensitively"},
                    upper_case_names),
    rejection_check({"signature.trailing-garbage", "rejects a v1 followed by extra characters",
                     Level::should, kHeader, source::kSignature, "match each part completely"},
                    trailing_garbage),
    rejection_check(
        {"signature.refusal-status", "rejects invalid signatures with a 4xx status", Level::should,
         "4xx: the request contains bad syntax or cannot be fulfilled. Our reading: an invalid "
         "signature is such a request.",
         "RFC 9110, section 15",
         "return 401; check that the header and its parts exist before you use them, and compare "
         "only digests of equal length"},
        refusal_status),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> rejected_signature_checks() {
  return signature::kRejectedChecks;
}

}  // namespace slotflow
