#include "conformance/course.h"

#include <algorithm>

#include "conformance/suite.h"
#include "domain/status_text.h"

namespace slotflow {

namespace {

constexpr Duration kPause{250};
constexpr Duration kAftermath{1'000};  // enough for work after the response to fail
constexpr Duration kWindow{1'000};     // of most short rate limits
// Longer checks are not repeated: they hit a timeout, or would take as long as one.
constexpr auto kQuick = std::chrono::seconds(1);

constexpr std::string_view kEnded =
    "look in the handler's log for the crash. An uncaught error, even in work after the response, "
    "ends the process and all other deliveries with it. To narrow it down, run one section at a "
    "time (--only payload)";
constexpr std::string_view kUnsteady =
    "look in the handler's log for the intermittent error: the same request succeeded a moment "
    "later";
constexpr std::string_view kUnavailable =
    "if this is a rate limit (nginx's limit_req returns 503), exempt Slotflow's deliveries from "
    "it, or run check without it; otherwise look in the log why the handler is sometimes "
    "unavailable";
constexpr std::string_view kTurned =
    "look in the handler's log for what changed, such as an exhausted pool, a lock that was not "
    "released, or a ban on a client that sent a bad request";

// Random streams: check i of the catalogue uses stream i; its repetition uses a stream after all of
// these.
std::size_t place_of(const Check& check) {
  const auto all = all_checks();
  return static_cast<std::size_t>(std::ranges::find(all, &check) - all.begin());
}

using Steady = std::chrono::steady_clock;

Finding timed(const Check& check, Driver& driver) {
  const auto begin = Steady::now();
  Finding finding = check.run(driver);
  if (finding.duration == std::chrono::microseconds(0)) {
    finding.duration = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begin);
  }
  return finding;
}

bool is_of_rate_limits(int status) {
  return status == 429 || status == 503;
}

// Replaces the subject of a check: here it is whether valid events are accepted.
CheckInfo about(const Check& check, std::string_view title, Level level) {
  return {check.info.id,
          title,
          level,
          "Any 2xx is success; everything else is failure.",
          "Slotflow's webhook guide, delivery",
          ""};
}

std::size_t control_stream() {
  return all_checks().size() + 1;
}

std::size_t second_stream(std::size_t place) {
  return 2 * all_checks().size() + place;
}

}  // namespace

Course::Course(const Subject& subject, BlockingClient& client, const Clock& clock,
               std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt)
    : subject_(subject),
      client_(client),
      clock_(clock),
      seed_(seed),
      baseline_(baseline),
      interrupt_(interrupt),
      control_(driver(control_stream())) {}

Driver Course::driver(std::size_t stream) const {
  return {subject_, client_, clock_, Random::for_item(seed_, stream), baseline_, interrupt_};
}

std::optional<std::string> Course::reason_to_skip(const Check& check) const {
  if (check.needs_secret && !subject_.secret) return "no secret was given";
  if (check.needs_acceptance && !baseline_.delivered()) {
    return "the handler does not accept valid events (" + told(baseline_, subject_.timeout) + ")";
  }
  if (lost_) return lost_;
  if (!check.needs_answer_to) return {};
  const auto sort = static_cast<std::size_t>(*check.needs_answer_to);
  if (!silent_[sort]) return {};
  return std::string(kUnwelcomeNames[sort]) + " get no response: see " + *silent_[sort];
}

Course::Health Course::look() {
  const auto end = Steady::now() + subject_.recovery;
  Health health;
  for (bool first = true;; first = false) {
    health.last = control_.send(control_.request(control_.event().dump()));
    if (health.well()) return health;
    if (first) health.at_once = false;
    health.found_nobody |= has_failed(health.last, FailureKind::connection_refused);
    if (is_of_rate_limits(status_of(health.last))) health.limit = status_of(health.last);
    if (Steady::now() >= end || !interrupt_.wait(kPause)) return health;
  }
}

Finding Course::run(const Check& check, bool last) {
  if (const auto reason = reason_to_skip(check)) return skipped(*reason);
  Finding finding = look_into(check, last);
  before_ = check.info.id;
  return finding;
}

Finding Course::look_into(const Check& check, bool last) {
  Driver first = driver(place_of(check));
  Finding finding = timed(check, first);
  const bool quick = finding.duration < kQuick;
  const bool bad = finding.verdict == CheckVerdict::failed;
  if (const auto sort = first.silent_about()) {
    silent_[static_cast<std::size_t>(*sort)] = check.info.id;
  }
  if (!baseline_.delivered() || !(bad || first.last_refused() || last)) return finding;
  if (last) interrupt_.wait(kAftermath);
  if (interrupt_.triggered()) return finding;
  Health health = look();
  health.late = last;
  const bool ended = first.found_nobody() || health.found_nobody;
  if (health.well() && !ended && (!health.at_once || (bad && quick))) {
    return once_more(check, std::move(finding), first, health);
  }
  return judge(check, std::move(finding), first, health);
}

// Repeats a check after a short outage, or to tell a defect from an inconsistent handler.
Finding Course::once_more(const Check& check, Finding finding, const Driver& first,
                          const Health& health) {
  if (first.was_limited() || first.was_unavailable() || health.limit != 0) {
    interrupt_.wait(std::min(kWindow, subject_.recovery));
  }
  Driver second = driver(second_stream(place_of(check)));
  Finding again = timed(check, second);
  if (!health.at_once) return judge(check, std::move(again), second, look());
  const bool passed = again.verdict == CheckVerdict::passed;
  if (passed) finding.observed += "; when repeated, it passed";
  if (first.was_unavailable() && (passed || limited_)) {
    return limited(check, std::move(finding), health, 503);
  }
  if (!passed) return judge(check, std::move(finding), first, health);
  finding.observed += ": the handler is inconsistent";
  finding.remedy = kUnsteady;
  return judge(check, std::move(finding), first, health);
}

// Returns the final form of `finding`, given `health` after it.
Finding Course::judge(const Check& check, Finding finding, const Driver& driver,
                      const Health& health) {
  const bool ended = driver.found_nobody() || health.found_nobody;
  if (!health.well()) {
    lost_ = "the handler has not accepted valid events since " + std::string(check.info.id) + " (" +
            told(health.last, subject_.timeout) + ")";
  }
  const bool known = limited_ && is_of_rate_limits(status_of(health.last));
  if (ended || (!health.well() && !known)) {
    return harmed(check, std::move(finding), driver, health, ended);
  }
  if (driver.was_limited()) return limited(check, std::move(finding), health, 429);
  if (health.limit != 0) return limited(check, std::move(finding), health, health.limit);
  return finding;
}

// A rate limit is not a verdict on an event, and is reported once.
Finding Course::limited(const Check& check, Finding finding, const Health& health, int status) {
  const bool bad = finding.verdict == CheckVerdict::failed;
  if (!bad && health.at_once) return finding;  // only the request of the check was rejected
  if (limited_)
    return skipped("the handler is rate-limiting, so this check proves nothing: see " + *limited_);
  limited_ = check.info.id;
  if (!bad)
    finding = failed("a status that depends on the event",
                     status_text(status) + " for valid events, too");
  finding.evidence = {};  // one request alone would pass
  finding.info = about(check, "accepts events as fast as they arrive", check.info.level);
  return with_remedy(std::move(finding), status == 429 ? remedy_for_status(429) : kUnavailable);
}

Finding Course::harmed(const Check& check, Finding finding, const Driver& driver,
                       const Health& health, bool ended) {
  const int status = status_of(health.last);
  std::string_view remedy = ended ? kEnded : remedy_for_status(status);
  if (remedy.empty()) remedy = kTurned;
  const bool earlier = driver.found_nobody_at_first() && !before_.empty();
  std::string what;
  if (ended) {
    what = "connection refused: the handler stopped listening ";
    what += earlier ? "before this check, perhaps because of a request of " + std::string(before_) +
                          " or an earlier check"
                    : "during this check or shortly before";
  } else {
    what = "valid events got " + told(health.last, subject_.timeout) + " from then on";
  }
  if (finding.verdict != CheckVerdict::failed || earlier) {
    const auto duration = finding.duration;
    finding = failed("valid events to be accepted afterwards", what);
    finding.duration = duration;
    // The request that caused it, if this check sent it.
    const bool known =
        !earlier && !is_of_rate_limits(status) && (!health.late || driver.found_nobody());
    if (known && driver.last_refused()) finding.evidence = Evidence(*driver.last_refused());
  } else {
    finding.observed += "; " + what;
  }
  if (is_of_rate_limits(status)) limited_ = check.info.id;
  finding.info = about(check, "still accepts valid events afterwards", Level::must);
  return with_remedy(std::move(finding), remedy);
}

std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, BlockingClient& client,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<bool(const Check&, const Finding&)>& report) {
  Course course(subject, client, clock, seed, baseline, interrupt);
  for (const Check* check : checks) {
    const Finding finding = course.run(*check, check == checks.back());
    if (interrupt.triggered()) break;
    if (!report(*check, finding)) break;
  }
  return course.lost();
}

}  // namespace slotflow
