// Forged events of every kind, and signature headers that only a stranger sends.
#include <algorithm>
#include <cstdio>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/utf8.h"

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

// RFC 9112, section 7.1: a chunk has its size in hex before it, and the last one is empty.
std::string in_chunks(std::string_view body) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  return size + std::string(body) + "\r\n0\r\n\r\n";
}

// RFC 9112, section 6.3: without Content-Length, a body can be in chunks.
Finding chunked(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    Request request = forged(driver, driver.event().dump(), has_signature);
    request.headers.push_back({"Transfer-Encoding", "chunked"});
    Request sent = request;
    sent.body = in_chunks(request.body.str());
    Finding finding = driver.refused(sent);
    if (finding.verdict == CheckVerdict::passed) return finding;
    finding.evidence = Evidence(std::move(request));  // curl makes the chunks itself
    finding.observed += " for an event in chunks, without Content-Length,";
    return finding;
  });
}

// A server may keep what it knows about a sender as long as the connection.
Finding after_valid(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    std::vector<Request> sent{driver.request(driver.event().dump()),
                              forged(driver, driver.event().dump(), has_signature)};
    BlockingConnection session(driver.client());
    const Reply first = driver.send(session, sent.front());
    if (!first.delivered()) return skipped("a valid event was not accepted: see delivery");
    const Reply reply = driver.send(session, sent.back());
    if (!reply.delivered()) return passed(describe(reply, driver.subject().timeout));
    return failed("a 4xx status",
                  describe(reply, driver.subject().timeout) + " after a valid event for an event",
                  Evidence(std::move(sent), Evidence::Manner::on_one_connection));
  });
}

// A signature header with an odd value and without a valid v1. `now` is the time, in digits.
struct OddHeader {
  std::string_view words;
  std::string (*value)(const std::string& now);
};

const std::string kZeros(64, '0');

const OddHeader kOddHeaders[] = {
    {"a v1 with a letter outside ASCII",
     [](const std::string& now) {
       return "t=" + now + ",v1=" + std::string(62, '0') + "\xc3\xa9";
     }},
    {"a v1 with a byte that is not UTF-8",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(63, '0') + "\xe9"; }},
    {"a v1 of 64 letters that are not hex",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(64, 'z'); }},
    {"a v1 of 63 digits",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(63, '0'); }},
    {"a v1 of 2,000 digits",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(2'000, '0'); }},
    {"an empty v1", [](const std::string& now) { return "t=" + now + ",v1="; }},
    {"a v1 without a value", [](const std::string& now) { return "t=" + now + ",v1"; }},
    {"a new t alone", [](const std::string& now) { return "t=" + now; }},
    {"a v1 with an invalid percent-encoding",
     [](const std::string& now) { return "t=" + now + ",v1=%E0%A4%A"; }},
    {"a t of 17 digits",
     [](const std::string& now) { return "t=" + now + "0000000,v1=" + kZeros; }},
    {"a t of 400 digits",
     [](const std::string&) { return "t=" + std::string(400, '9') + ",v1=" + kZeros; }},
    {"a negative t", [](const std::string& now) { return "t=-" + now + ",v1=" + kZeros; }},
    {"an empty t", [](const std::string&) { return "t=,v1=" + kZeros; }},
    {"the t '1e9'", [](const std::string&) { return "t=1e9,v1=" + kZeros; }},
    {"the t '0x6a000000'", [](const std::string&) { return "t=0x6a000000,v1=" + kZeros; }},
    {"the t 'NaN'", [](const std::string&) { return "t=NaN,v1=" + kZeros; }},
    {"the t 'Infinity'", [](const std::string&) { return "t=Infinity,v1=" + kZeros; }},
    {"a t with a fraction", [](const std::string& now) { return "t=" + now + ".5,v1=" + kZeros; }},
    {"a t with a blank in it",
     [](const std::string& now) {
       return "t=" + now.substr(0, 5) + " " + now.substr(5) + ",v1=" + kZeros;
     }},
    {"a t with blanks and a tab around it",
     [](const std::string& now) { return "t= " + now + "\t ,v1=" + kZeros; }},
    {"a t in Arabic digits",
     [](const std::string&) { return "t=\xd9\xa1\xd9\xa7\xd9\xa7\xd9\xa3,v1=" + kZeros; }},
    {"a t after v1 with two equals signs",
     [](const std::string& now) { return "v1=" + kZeros + ",t==" + now; }},
    {"the names of JavaScript's object members",
     [](const std::string& now) {
       return "__proto__=1,constructor=2,toString=3,t=" + now + ",v1=" + kZeros;
     }},
    {"a lone equals sign", [](const std::string&) -> std::string { return "="; }},
    {"2,000 commas", [](const std::string&) { return std::string(2'000, ','); }},
};

constexpr CheckInfo kOdd{
    "signature.odd-header",
    "rejects odd signature headers with a 4xx status",
    Level::should,
    "4xx: the request contains bad syntax or cannot be fulfilled. Our reading: anyone can send "
    "such "
    "a header, so it is not an error of the handler (5xx).",
    "RFC 9110, section 15",
    "check the header with a pattern before you convert or compare its parts: t is 1 to 12 ASCII "
    "digits, and v1 is 64 hex digits. Compare bytes, not text (Python's compare_digest), of equal "
    "length (Node's timingSafeEqual). Read the header as bytes if its text can fail (in Twisted, "
    "getHeader(b\"...\"))"};

// To accept such a header is worse than an error.
Finding accepted_odd(Driver& driver, Finding finding) {
  for (const bool has_signature : {false, true}) {
    if (driver.send(forged(driver, driver.event().dump(), has_signature)).delivered()) {
      return skipped_as_unverified(check_of_forged(has_signature));
    }
  }
  if (driver.send(driver.request(driver.event().dump(), "nonsense")).delivered()) {
    return skipped_as_unverified("signature.malformed");
  }
  finding.info = kOdd;
  finding.info->level = Level::must;
  return finding;
}

// Returns true if headers that signature.refusal-status sends get no 4xx status either.
bool refuses_otherwise(Driver& driver, const std::string& now) {
  const std::string headers[] = {"t=" + now + ",v1=" + kZeros, "t=" + now + ",v1=00", "nonsense"};
  return std::ranges::any_of(headers, [&](const std::string& header) {
    const int status = status_of(driver.send(driver.request(driver.event().dump(), header)));
    return status < 400 || status >= 500;
  });
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) { return is_control(c); });
}

Finding odd_header(Driver& driver) {
  const std::string now = std::to_string(driver.now_seconds());
  for (const OddHeader& odd : kOddHeaders) {
    const Request request = driver.request(driver.event().dump(), odd.value(now));
    const Reply reply = driver.send(request);
    const int status = status_of(reply);
    if (status >= 400 && status < 500) continue;
    Finding finding = failed(
        "a 4xx status",
        describe(reply, driver.subject().timeout) + " for " + std::string(odd.words), request);
    // A shell's word cannot show other bytes.
    if (!is_printable(*find_header(request.headers, kSignatureHeader))) finding.evidence = {};
    if (reply.delivered()) return accepted_odd(driver, std::move(finding));
    if (refuses_otherwise(driver, now)) {
      return skipped(
          "ordinary wrong signatures do not get a 4xx either: see "
          "signature.refusal-status");
    }
    return finding;
  }
  return passed();
}

const Check kForgedChecks[] = {
    rejection_check(
        {"signature.every-request", "verifies every kind of request", Level::must, kSigned,
         source::kSignature, "verify before you look at the event type, size or other headers"},
        every_request),
    rejection_check({"signature.other-methods", "rejects forged events sent with PUT or PATCH",
                     Level::must, kSigned, source::kSignature,
                     "route only POST to the handler, or verify whatever the method is"},
                    other_methods),
    rejection_check(
        {"signature.chunked", "rejects forged events without Content-Length", Level::must, kSigned,
         source::kSignature,
         "verify whatever Content-Length says: a body can arrive in chunks, without that header"},
        chunked),
    rejection_check(
        {"signature.after-valid", "rejects forgeries after a valid event on a connection",
         Level::must, kSigned, source::kSignature,
         "verify each request: keep nothing about the sender in the connection"},
        after_valid),
    rejection_check(kOdd, odd_header),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> forged_signature_checks() {
  return signature::kForgedChecks;
}

}  // namespace slotflow
