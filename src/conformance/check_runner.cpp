#include "conformance/check_runner.h"

#include <algorithm>
#include <utility>

#include "conformance/leaks.h"
#include "conformance/outage.h"
#include "conformance/suite.h"
#include "domain/ascii.h"

namespace slotflow {

namespace {

constexpr Duration kPause{250};
constexpr Duration kWindow{1'000};  // of most short rate limits
// Longer checks are not repeated: they hit a timeout, or would take as long as one.
constexpr auto kLong = std::chrono::seconds(1);
// Enough to notice that one of ten fails.
constexpr std::size_t kEnoughToBeSteady = 30;
constexpr auto kTimeToBeSteady = std::chrono::seconds(5);

// Random streams: check i of the catalogue uses stream i; its repetition uses a stream after all of
// these.
std::size_t stream_of(const Check& check) {
  const auto all = all_checks();
  return static_cast<std::size_t>(std::ranges::find(all, &check) - all.begin());
}

std::size_t probing_stream() {
  return all_checks().size() + 1;
}

std::size_t repetition_stream_of(const Check& check, std::size_t repetition = 1) {
  return (1 + repetition) * all_checks().size() + stream_of(check);
}

bool has_failed(const Finding& finding) {
  return finding.verdict == CheckVerdict::failed;
}

}  // namespace

std::string shape_of(std::string_view observed) {
  std::string shape(observed);
  const auto text = shape.find("(\"");
  const auto end = shape.rfind("\")");
  if (text != std::string::npos && end != std::string::npos && text < end) {
    shape.erase(text, end + 2 - text);
  }
  std::string short_shape;
  for (const char c : shape) {
    if (!is_digit(c))
      short_shape += c;
    else if (!short_shape.ends_with('#'))
      short_shape += '#';
  }
  return short_shape;
}

CheckRunner::CheckRunner(const Subject& subject, BlockingClient& client, const Clock& clock,
                         std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
                         LeakWatch& leaks)
    : subject_(subject),
      client_(client),
      clock_(clock),
      seed_(seed),
      baseline_(baseline),
      interrupt_(interrupt),
      leaks_(leaks),
      prober_(driver(probing_stream())) {}

Driver CheckRunner::driver(std::size_t stream) {
  return {subject_,  client_,    clock_, Random::for_item(seed_, stream),
          baseline_, interrupt_, leaks_};
}

Finding CheckRunner::run(const Check& check, bool last) {
  if (const auto reason = reason_to_skip(check)) {
    // What was found is reported, whatever has become of the handler.
    return leaks::is_found(check, leaks_) ? execute(check, stream_of(check)).finding
                                          : skipped(*reason);
  }
  Finding finding = run_and_judge(check, last);
  previous_ = check.info.id;
  return finding;
}

std::optional<std::string> CheckRunner::reason_to_skip(const Check& check) const {
  if (check.needs_secret && !subject_.secret) return "no secret was given";
  if (check.needs_acceptance && !baseline_.delivered()) {
    if (!subject_.secret && looks_like_a_signature_matter(baseline_)) {
      return "the handler rejects unsigned events (" + describe(baseline_, subject_.timeout) +
             "): give --secret";
    }
    return "the handler does not accept valid events (" + describe(baseline_, subject_.timeout) +
           ")";
  }
  if (lost_) return lost_;
  if (std::ranges::find(failed_, check.follows) != failed_.end()) {
    return "it would probably fail for the same reason as " + std::string(check.follows);
  }
  if (!check.needs_response_to) return {};
  const auto kind = static_cast<std::size_t>(*check.needs_response_to);
  if (!silent_[kind]) return {};
  return std::string(kUnwelcomeNames[kind]) + " get no response: see " + *silent_[kind];
}

Finding CheckRunner::run_and_judge(const Check& check, bool last) {
  Execution first = execute(check, stream_of(check));
  if (const auto kind = first.trace.no_response_to) {
    silent_[static_cast<std::size_t>(*kind)] = check.info.id;
  }
  const bool is_suspicious = has_failed(first.finding) || first.trace.last_rejected ||
                             first.trace.refused_connection || last;
  if (!baseline_.delivered() || !is_suspicious) return first.finding;
  Health health = probe_health(last);
  if (interrupt_.triggered()) return first.finding;
  Observation observed = observe(first, std::move(health));
  // More would only show the same again.
  observed.rejected_before = ban_.has_value();
  const bool is_banned = ban_ && !observed.health.accepted_at_once;
  const bool took_long = first.finding.duration >= kLong && !inconsistent_;
  if (is_banned || !should_repeat(observed, took_long)) {
    return conclude(check, std::move(first), observed);
  }
  if (observed.saw_429 || observed.saw_503 || observed.health.limit != 0) {
    interrupt_.wait(std::min(kWindow, subject_.recovery));
  }
  Execution second = execute(check, repetition_stream_of(check));
  if (!observed.health.accepted_at_once) {
    observed = observe(second, probe_health());
    observed.rejected_before = true;
    return conclude(check, std::move(second), observed);
  }
  observed.repetition_passed = second.finding.verdict == CheckVerdict::passed;
  return conclude(check, std::move(first), observed);
}

CheckRunner::Execution CheckRunner::execute(const Check& check, std::size_t stream) {
  Driver driver = this->driver(stream);
  const auto begin = clock_.steady();
  Finding finding = check.run(driver);
  if (finding.duration == std::chrono::microseconds(0)) {
    finding.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady() - begin);
  }
  return {std::move(finding), driver.trace()};
}

Health CheckRunner::probe_health(bool also_late) {
  Health now = probe_health();
  if (!also_late || !now.accepted || !interrupt_.wait(subject_.aftermath)) return now;
  Health later = probe_health();
  later.late = true;
  now.refused_connection |= later.refused_connection;
  later.refused_connection = now.refused_connection;
  // What recovered before the pause was rejected because of the check.
  return later.accepted && !now.accepted_at_once ? now : later;
}

Health CheckRunner::probe_health() {
  const auto end = clock_.steady() + subject_.recovery;
  Health health;
  for (bool first = true;; first = false) {
    const Reply reply = prober_.send(prober_.request(prober_.event().dump()));
    health.accepted = reply.delivered();
    health.last_status = status_of(reply);
    health.last_result = describe(reply, subject_.timeout);
    health.last_words = describe(reply, subject_);
    if (first) health.accepted_at_once = health.accepted;
    if (first && !health.accepted) {
      health.first_status = health.last_status;
      health.first_words = health.last_words;
    }
    if (health.accepted) return health;
    health.refused_connection |= has_failed(reply, FailureKind::connection_refused);
    if (is_of_rate_limits(health.last_status)) health.limit = health.last_status;
    // A timeout is longer than the time for a recovery, and one can be chance.
    const bool once_more = first && has_failed(reply, FailureKind::timeout);
    if ((clock_.steady() >= end && !once_more) || !interrupt_.wait(kPause)) return health;
  }
}

const std::string& CheckRunner::find_unsteadiness() {
  if (!unsteadiness_.empty() || looks_left_ == 0) return unsteadiness_;
  --looks_left_;
  const auto end = clock_.steady() + kTimeToBeSteady;
  const auto is_time_left = [&] { return clock_.steady() < end && !interrupt_.triggered(); };
  for (std::size_t i = 1; i <= kEnoughToBeSteady && is_time_left(); ++i) {
    const auto send = [&] { return prober_.send(prober_.request(prober_.event().dump())); };
    const Reply reply = send();
    if (reply.delivered()) continue;
    if (is_of_rate_limits(status_of(reply))) {
      interrupt_.wait(std::min(kWindow, subject_.recovery));
      break;
    }
    // What fails from now on is not inconsistent.
    if (send().delivered() || send().delivered()) {
      unsteadiness_ = "of valid events sent one after the other, number " + std::to_string(i) +
                      " got " + describe(reply, subject_);
    }
    break;
  }
  return unsteadiness_;
}

bool CheckRunner::fails_each_time(const Check& check, const Execution& execution) {
  // A few of many requests are as many as fail in any check: each of them has to fail again.
  constexpr int kMany = 10;
  const Trace& trace = execution.trace;
  if (trace.sent >= kMany && trace.rejected * 5 <= trace.sent && trace.last_rejected) {
    for (int i = 0; i < 2; ++i) {
      if (prober_.send(*trace.last_rejected).delivered()) return false;
    }
  }
  const std::string shape = shape_of(execution.finding.observed);
  const std::size_t times = execution.finding.duration < kLong ? 4 : 1;
  for (std::size_t i = 1; i <= times; ++i) {
    const Execution again = execute(check, repetition_stream_of(check, 1 + i));
    if (shape_of(again.finding.observed) != shape) return false;
  }
  return true;
}

bool CheckRunner::is_of_ban(const Execution& execution) {
  const Trace& trace = execution.trace;
  if (!trace.last_rejected || trace.last_rejected_status != ban_status_) return false;
  return status_of(prober_.send(*trace.last_rejected)) != ban_status_;
}

Observation CheckRunner::observe(const Execution& execution, Health health) const {
  return {.failed = has_failed(execution.finding),
          .refused_connection = execution.trace.refused_connection,
          .saw_429 = execution.trace.saw_429,
          .saw_503 = execution.trace.saw_503,
          .health = std::move(health),
          .limit_is_known = limit_.has_value()};
}

Finding CheckRunner::conclude(const Check& check, Execution execution,
                              const Observation& observed) {
  Finding& finding = execution.finding;
  const Health& health = observed.health;
  const std::string id(check.info.id);
  if (!health.accepted) {
    lost_ = "no valid event was accepted since " + id + " (" + health.last_result + ")";
  }
  if (observed.repetition_passed.value_or(false)) {
    finding.observed += "; when repeated, it passed";
  }
  auto [cause, status] = judge(observed);
  const bool by_rule = cause == Cause::rule && has_failed(finding);
  std::string unsteady;
  // The ban can end between a check and the event after it.
  if (by_rule && ban_ && is_of_ban(execution)) cause = Cause::ban;
  const bool for_a_moment = cause == Cause::ban || cause == Cause::held_up;
  if ((by_rule || for_a_moment) && !ban_) {
    unsteady = find_unsteadiness();
    const bool is_chance = inconsistent_ || !unsteady.empty();
    if (is_chance && !(by_rule && fails_each_time(check, execution))) cause = Cause::inconsistent;
  }
  switch (cause) {
    case Cause::rule:
      if (has_failed(finding)) failed_.push_back(id);
      return std::move(finding);
    case Cause::inconsistent:
      if (inconsistent_) {
        return skipped("the handler is inconsistent, so this check proves nothing: see " +
                       *inconsistent_);
      }
      inconsistent_ = id;
      return inconsistent(check, std::move(finding), unsteady);
    case Cause::ban:
    case Cause::held_up:
      if (ban_) {
        return skipped(
            "the handler accepts no valid events for a moment after others, so this check proves "
            "nothing: see " +
            *ban_);
      }
      ban_ = id;
      ban_status_ = health.first_status;
      return rejected_for_a_moment(check, std::move(finding), cause, execution.trace, health);
    case Cause::known_limit:
      return skipped("the handler is rate-limiting, so this check proves nothing: see " + *limit_);
    case Cause::rate_limit:
      limit_ = id;
      return rate_limited(check, std::move(finding), status);
    case Cause::crash:
    case Cause::lockout:
      if (is_of_rate_limits(health.last_status)) limit_ = id;
      return stopped_accepting(check, std::move(finding), cause, execution.trace, health,
                               previous_);
  }
  return std::move(finding);
}

std::optional<std::string> run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, BlockingClient& client,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    LeakWatch& leaks, const std::function<bool(const Check&, const Finding&)>& report) {
  CheckRunner runner(subject, client, clock, seed, baseline, interrupt, leaks);
  for (const Check* check : checks) {
    const Finding finding = runner.run(*check, check == checks.back());
    if (interrupt.triggered()) break;
    if (!report(*check, finding)) break;
  }
  return runner.lost();
}

}  // namespace slotflow
