// Signature headers that only a stranger sends.
#include <algorithm>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/status_text.h"
#include "domain/utf8.h"

namespace slotflow::signature {

namespace {

// A signature header with an odd value and without a valid v1. `now` is the time, in digits.
struct OddHeader {
  std::string_view words;
  std::string (*value)(const std::string& now);
};

const std::string kZeros(64, '0');

std::string repeat_text(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

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
    {"a t with a superscript digit, as one byte",
     [](const std::string& now) { return "t=" + now + "\xb2,v1=" + kZeros; }},
    {"a t with a superscript digit, in UTF-8",
     [](const std::string& now) { return "t=" + now + "\xc2\xb2,v1=" + kZeros; }},
    {"the names 't[]' and 'v1[0][x]'",
     [](const std::string& now) { return "t[]=" + now + ",v1[0][x]=" + kZeros; }},
    // Where v1 is taken for a pattern, these match all, or cannot be read.
    {"the v1 '.*'", [](const std::string& now) { return "t=" + now + ",v1=.*"; }},
    {"the v1 '*'", [](const std::string& now) { return "t=" + now + ",v1=*"; }},
    {"the v1 '%'", [](const std::string& now) { return "t=" + now + ",v1=%"; }},
    {"the v1 '['", [](const std::string& now) { return "t=" + now + ",v1=["; }},
    {"the v1 '('", [](const std::string& now) { return "t=" + now + ",v1=("; }},
    {"the v1 '|'", [](const std::string& now) { return "t=" + now + ",v1=|"; }},
    // Loose comparisons take these for equal to much.
    {"the v1 'true'", [](const std::string& now) { return "t=" + now + ",v1=true"; }},
    {"the v1 'null'", [](const std::string& now) { return "t=" + now + ",v1=null"; }},
    {"a v1 of 64 dots",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(64, '.'); }},
    {"a v1 of 64 question marks",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(64, '?'); }},
    {"a v1 of 64 underscores",
     [](const std::string& now) { return "t=" + now + ",v1=" + std::string(64, '_'); }},
    // A pattern with a repetition in a repetition tries every way to divide these.
    {"60 letters and an exclamation mark",
     [](const std::string&) { return "t=" + std::string(60, 'a') + "!"; }},
    {"60 digits and an exclamation mark",
     [](const std::string&) { return "t=" + std::string(60, '1') + "!"; }},
    {"40 empty parts and an exclamation mark",
     [](const std::string& now) { return "t=" + now + "," + repeat_text("aa=", 40) + "!"; }},
    {"40 parts and an exclamation mark",
     [](const std::string& now) { return "t=" + now + "," + repeat_text("a=1,", 40) + "!"; }},
    {"60 blanks and an exclamation mark",
     [](const std::string& now) { return "t=" + now + std::string(60, ' ') + "!"; }},
    {"a lone equals sign", [](const std::string&) -> std::string { return "="; }},
    {"2,000 commas", [](const std::string&) { return std::string(2'000, ','); }},
};

constexpr CheckInfo kOdd{
    "signature.odd-header",
    "rejects odd signature headers with a 4xx status",
    Level::should,
    "4xx: the request contains bad syntax or cannot be fulfilled. Our reading: anyone can send "
    "such a header, so it is not an error of the handler (5xx).",
    "RFC 9110, section 15",
    "check the header with a pattern before you convert or compare its parts: t is 1 to 12 ASCII "
    "digits, and v1 is 64 hex digits. Python's compare_digest throws for text that is not ASCII: "
    "give it bytes. Node's timingSafeEqual throws for different lengths: compare those first. "
    "Read the header as bytes if its text can fail (Twisted: getHeader(b\"...\")). Never use v1 "
    "itself as a pattern, and have no repetition in a repetition in your own, such as (a+)+"};

// To accept such a header is worse than an error.
Finding accepted_odd(Driver& driver, Finding finding) {
  if (auto unverified = skipped_if_unverified(driver)) return *std::move(unverified);
  if (driver.send(driver.request(driver.event().dump(), "nonsense")).delivered()) {
    return skipped_as_unverified("signature.malformed");
  }
  finding.info = kOdd;
  finding.info->level = Level::must;
  return finding;
}

// How the handler rejects the headers that signature.refusal-status sends: an odd one is to fare no
// worse.
struct Usual {
  bool other_status = false;  // not always 4xx
  bool no_response = false;   // not always a response
};

Usual usual_rejection(Driver& driver, const std::string& now) {
  Usual usual;
  for (const std::string& header :
       {"t=" + now + ",v1=" + kZeros, "t=" + now + ",v1=00", std::string("nonsense")}) {
    const int status = status_of(driver.send(driver.request(driver.event().dump(), header)));
    usual.no_response |= status == 0;
    usual.other_status |= !is_client_error(status);
  }
  return usual;
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) { return is_control(c); });
}

Finding odd_header(Driver& driver) {
  const std::string now = std::to_string(driver.now_seconds());
  // Beforehand: an odd header can end the process.
  const Usual usual = usual_rejection(driver, now);
  Finding no_worse =
      skipped("ordinary wrong signatures do not get a 4xx either: see signature.refusal-status");
  std::optional<Finding> error;
  for (const OddHeader& odd : kOddHeaders) {
    const Request request = driver.request(driver.event().dump(), odd.value(now));
    const Reply reply = driver.send(request);
    const int status = status_of(reply);
    if (is_client_error(status)) continue;
    Finding finding =
        failed("a 4xx status", describe(reply, driver.subject()) + " for " + std::string(odd.words),
               request);
    // A shell's word cannot show other bytes.
    if (!is_printable(*find_header(request.headers, kSignatureHeader))) finding.evidence = {};
    if (reply.delivered()) return accepted_odd(driver, std::move(finding));
    // If this request ended the process, it is to be the last one.
    if (status == 0 && !usual.no_response) return finding;
    // To wait for the others, too, would take as long again.
    if (has_failed(reply, FailureKind::timeout)) return no_worse;
    if (!error) error = std::move(finding);
  }
  if (!error) return passed();
  return usual.other_status ? no_worse : *error;
}

const Check kOddChecks[] = {rejection_check(kOdd, odd_header)};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> odd_signature_checks() {
  return signature::kOddChecks;
}

}  // namespace slotflow
