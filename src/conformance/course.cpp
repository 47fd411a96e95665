#include "conformance/course.h"

#include <algorithm>

#include "conformance/suite.h"

namespace slotflow {

namespace {

constexpr Duration kPause{250};
constexpr Duration kWindow{1'000};  // of most rate limits that end soon
// What takes longer is not run a second time: it is a timeout, or as tedious as one.
constexpr auto kQuick = std::chrono::seconds(1);

constexpr std::string_view kEnded =
    "find in its log what ended it: what nothing catches ends a process, and with it every other "
    "delivery";
constexpr std::string_view kUnsteady =
    "find in its log why it fails now and then: the same request was answered well a moment later";
constexpr std::string_view kTurned =
    "find in its log what changed: a pool that is used up, a lock that is kept, a ban on a client "
    "that sent a bad request";

// The places in the catalogue are the first streams of random numbers, and the second look at each
// comes after them.
std::size_t place_of(const Check& check) {
  const auto all = all_checks();
  return static_cast<std::size_t>(std::ranges::find(all, &check) - all.begin());
}

Finding timed(const Check& check, Driver& driver) {
  const auto begin = Deadline::Steady::now();
  Finding finding = check.run(driver);
  if (finding.duration == std::chrono::microseconds(0)) {
    finding.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(Deadline::Steady::now() - begin);
  }
  return finding;
}

std::size_t control_stream() {
  return all_checks().size() + 1;
}

std::size_t second_stream(std::size_t place) {
  return 2 * all_checks().size() + place;
}

}  // namespace

Course::Course(const Subject& subject, HttpTransport& transport, const Clock& clock,
               std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt)
    : subject_(subject),
      transport_(transport),
      clock_(clock),
      seed_(seed),
      baseline_(baseline),
      interrupt_(interrupt),
      control_(driver(control_stream())) {}

Driver Course::driver(std::size_t stream) const {
  return {subject_, transport_, clock_, Random::for_item(seed_, stream), baseline_, interrupt_};
}

std::optional<std::string> Course::reason_to_skip(const Check& check) const {
  if (check.needs_secret && !subject_.secret) return "no secret was given";
  if (check.needs_acceptance && !baseline_.delivered()) {
    return "valid events are not taken (" + told(baseline_, subject_.timeout) + ")";
  }
  return lost_;
}

Course::Health Course::look() {
  const Deadline recovery(subject_.recovery, interrupt_);
  Health health;
  for (bool first = true;; first = false) {
    health.last = control_.send(control_.request(control_.event().dump()));
    if (health.well()) return health;
    if (first) health.at_once = false;
    health.found_nobody |= has_failed(health.last, FailureKind::connection_refused);
    if (recovery.passed() || !interrupt_.wait(kPause)) return health;
  }
}

Finding Course::run(const Check& check) {
  if (const auto reason = reason_to_skip(check)) return skipped(*reason);
  const std::size_t place = place_of(check);
  Driver first = driver(place);
  Finding finding = timed(check, first);
  const bool quick = finding.duration < kQuick;
  const bool bad = finding.verdict == CheckVerdict::failed;
  if (interrupt_.triggered() || !baseline_.delivered() || !(bad || first.last_refused())) {
    return finding;
  }
  Health health = look();
  const bool ended = first.found_nobody() || health.found_nobody;
  // Once more, if it was only a bad moment, or to tell a mistake from an unsteady handler.
  if (health.well() && !ended && (!health.at_once || (bad && quick))) {
    if (first.was_limited()) interrupt_.wait(std::min(kWindow, subject_.recovery));
    Driver second = driver(second_stream(place));
    Finding again = timed(check, second);
    if (health.at_once) {
      if (again.verdict == CheckVerdict::passed) {
        finding.observed += "; repeated, it passed: the handler is not steady";
        finding.remedy = kUnsteady;
      }
      return judge(check, std::move(finding), first, health);
    }
    health = look();
    return judge(check, std::move(again), second, health);
  }
  return judge(check, std::move(finding), first, health);
}

// The last word on `finding`, after `health` was found.
Finding Course::judge(const Check& check, Finding finding, const Driver& driver,
                      const Health& health) {
  const bool ended = driver.found_nobody() || health.found_nobody;
  if (!health.well()) {
    lost_ = "valid events are not taken since " + std::string(check.info.id) + " (" +
            told(health.last, subject_.timeout) + ")";
  }
  if (ended || !health.well()) {
    finding = harmed(check, std::move(finding), driver, health, ended);
  } else if (driver.was_limited()) {
    finding = limited(check, std::move(finding), health);
  }
  return finding;
}

// 429 is no verdict on an event, and a rate limit is told once.
Finding Course::limited(const Check& check, Finding finding, const Health& health) {
  const bool bad = finding.verdict == CheckVerdict::failed;
  if (!bad && health.at_once) return finding;  // it was this request alone that it would not have
  if (limited_) return skipped("it limits the rate (429), which tells nothing: see " + *limited_);
  limited_ = check.info.id;
  if (!bad) finding = failed("a verdict on the event", "429 Too Many Requests, to valid ones too");
  return with_remedy(std::move(finding), remedy_for_status(429));
}

Finding Course::harmed(const Check& check, Finding finding, const Driver& driver,
                       const Health& health, bool ended) {
  const int status = status_of(health.last);
  std::string_view remedy = ended ? kEnded : remedy_for_status(status);
  if (remedy.empty()) remedy = kTurned;
  std::string what;
  if (ended) {
    what =
        "nothing listened there any more (connection_refused): the handler ended, during this "
        "check or shortly before";
  } else {
    what = "plain valid events got " + told(health.last, subject_.timeout) + " from then on";
  }
  if (finding.verdict != CheckVerdict::failed) {
    finding.verdict = CheckVerdict::failed;
    finding.expected = "that valid events are still taken afterwards";
    finding.observed = what;
    if (driver.last_refused()) finding.evidence = Evidence(*driver.last_refused());
  } else {
    finding.observed += "; " + what;
  }
  if (status == 429) limited_ = check.info.id;
  finding.level = Level::must;  // whatever the check was about: that deliveries are taken is one
  return with_remedy(std::move(finding), remedy);
}

std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, HttpTransport& transport,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<void(const Check&, const Finding&)>& report) {
  Course course(subject, transport, clock, seed, baseline, interrupt);
  for (const Check* check : checks) {
    const Finding finding = course.run(*check);
    if (interrupt.triggered()) break;
    report(*check, finding);
  }
  return course.lost();
}

}  // namespace slotflow
