// Events that somebody captured earlier, sent again with another t in the signature header. Their
// v1 is valid for the old t, and the sender does not know the secret.
#include "conformance/signature_events.h"
#include "domain/signature.h"

namespace slotflow::signature {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOneT =
    "X-Slotflow-Signature: t=<unix seconds>,v1=<hex>. Receivers reject a t more than 5 minutes "
    "old. Our "
    "reading: the t that is signed is the t that is compared with the clock.";

// An age with the words for it. A clock that is read as hours and minutes, or as seconds without
// days (Python's timedelta.seconds), takes an event of an hour or a day ago for a new one.
struct Age {
  std::string_view words;
  Duration age;
};
constexpr Age kAges[] = {{"1 hour", 1h}, {"1 day", 24h}, {"1 week", 7 * 24h}};

Finding day_old(Driver& driver) {
  if (driver.send(of_age(driver, 10min)).delivered()) {
    return skipped("the handler accepts old events: see signature.stale");
  }
  return first_failure(
      kAges, [&](const Age& age) { return driver.refused(of_age(driver, age.age)); },
      [](const Age& age) { return "a t " + std::string(age.words) + " old"; });
}

// A captured event, a day old: its header can be changed, and its v1 is valid for `old_t` only.
struct Captured {
  std::string body;
  std::string old_t;  // the digits
  std::string v1;
  std::string new_t;
};

Captured capture(Driver& driver) {
  Captured event{.body = driver.event().dump(), .old_t = {}, .v1 = {}, .new_t = {}};
  const std::string header = driver.signature(event.body, -Duration(24h));
  event.old_t = t_of(header).substr(2);
  event.v1 = hex_of(header);
  event.new_t = std::to_string(driver.now_seconds());
  return event;
}

// A form of the signature header, or of two of them.
struct Form {
  std::string_view words;
  std::vector<std::string> (*headers)(const Captured& event);
};

constexpr Form kTwoTimestamps[] = {
    {"the old t, a new t and the old v1",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + ",t=" + e.new_t + ",v1=" + e.v1};
     }},
    {"a new t, the old t and the old v1",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.new_t + ",t=" + e.old_t + ",v1=" + e.v1};
     }},
    {"the old t, the old v1 and a new t",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + ",v1=" + e.v1 + ",t=" + e.new_t};
     }},
    {"a new t, the old v1 and the old t",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.new_t + ",v1=" + e.v1 + ",t=" + e.old_t};
     }},
    {"the old t, the old v1, a space and a new t",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + ",v1=" + e.v1 + ", t=" + e.new_t};
     }},
    {"a header with the old t, and another one with a new t",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + ",v1=" + e.v1, "t=" + e.new_t + ",v1=" + e.v1};
     }},
    {"a header with a new t, and another one with the old t",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.new_t + ",v1=" + e.v1, "t=" + e.old_t + ",v1=" + e.v1};
     }},
};

// One reader takes the old digits out of these, and another one no number at all, or a new one.
constexpr Form kOddTimestamps[] = {
    {"the old t with a letter after it",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + "x,v1=" + e.v1};
     }},
    {"the old t with a space and a new t after it",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + " " + e.new_t + ",v1=" + e.v1};
     }},
    {"the old t with a decimal point and a new t after it",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + "." + e.new_t + ",v1=" + e.v1};
     }},
    {"the old t with an exponent",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + "e999,v1=" + e.v1};
     }},
    {"the old t with an equals sign and a new t after it",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.old_t + "=" + e.new_t + ",v1=" + e.v1};
     }},
    {"a new t with an equals sign and the old t after it",
     [](const Captured& e) -> std::vector<std::string> {
       return {"t=" + e.new_t + "=" + e.old_t + ",v1=" + e.v1};
     }},
};

Request replayed(const Driver& driver, const Captured& event,
                 const std::vector<std::string>& headers) {
  Request request = driver.request(event.body, headers.front());
  for (std::size_t i = 1; i < headers.size(); ++i) {
    request.headers.push_back({std::string(kSignatureHeader), headers[i]});
  }
  return request;
}

// Passes if the captured event is rejected in each form.
Finding refused_in(Driver& driver, std::span<const Form> forms) {
  if (driver.send(of_age(driver, 24h)).delivered()) {
    return skipped("the handler accepts old events: see signature.day-old");
  }
  return first_failure(
      forms,
      [&](const Form& form) {
        const Captured event = capture(driver);
        return driver.refused(replayed(driver, event, form.headers(event)));
      },
      [](const Form& form) {
        return "an event that is a day old, with " + std::string(form.words);
      });
}

Finding two_timestamps(Driver& driver) {
  return refused_in(driver, kTwoTimestamps);
}

Finding odd_timestamps(Driver& driver) {
  return refused_in(driver, kOddTimestamps);
}

const Check kReplayedChecks[] = {
    rejection_check(
        {"signature.day-old", "rejects a timestamp an hour, a day or a week in the past",
         Level::must, kOld, source::kSignature,
         "compare whole differences in seconds, days included (total_seconds(), not "
         "seconds, of Python's timedelta)"},
        day_old),
    rejection_check(
        {"signature.two-timestamps", "rejects an old event with a second, new timestamp",
         Level::must, kOneT, source::kSignature,
         "reject a header with more than one t, or use one variable for both: compare with the "
         "clock the same t that the HMAC covers. Otherwise a captured event can be replayed "
         "forever"},
        two_timestamps),
    rejection_check(
        {"signature.disguised-timestamp", "rejects an old timestamp that is disguised", Level::must,
         kOneT, source::kSignature,
         "require that t consists of digits only, before you convert it: parseInt('123x') is 123, "
         "and Number('123x') is NaN, which is neither too old nor too new"},
        odd_timestamps),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> replayed_signature_checks() {
  return signature::kReplayedChecks;
}

}  // namespace slotflow
