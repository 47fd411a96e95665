#include "conformance/outage.h"

#include <string>
#include <utility>

#include "conformance/driver.h"
#include "conformance/sources.h"
#include "domain/status_text.h"

namespace slotflow {

namespace {

constexpr std::string_view kCrashed =
    "look in the handler's log for the crash. An uncaught error, even in work after the response, "
    "ends the process and all other deliveries with it. To narrow it down, run one section at a "
    "time (--only payload)";
constexpr std::string_view kInconsistent =
    "look in the handler's log for the intermittent error: other valid events succeeded a moment "
    "later";
constexpr std::string_view kSometimesWrong =
    "look for what differs from time to time, such as one of several workers: when it was "
    "repeated, "
    "this check passed";
constexpr std::string_view kBans =
    "do not ban a sender because of bad requests, or exempt this path: behind a proxy all senders "
    "have one address, so anyone can lock Slotflow out, and Slotflow retries only after 5 minutes";
constexpr std::string_view kHoldsUp =
    "do not let a bad request hold up or end the work on others: wait, log and count without "
    "blocking, and look in the log for a worker that was restarted";
constexpr std::string_view kUnavailable =
    "if this is a rate limit (nginx's limit_req returns 503), exempt Slotflow's deliveries from "
    "it, or run check without it; otherwise look in the log why the handler is sometimes "
    "unavailable";
constexpr std::string_view kChanged =
    "look in the handler's log for what changed, such as an exhausted pool, a lock that was not "
    "released, or a ban on a client that sent a bad request";

constexpr std::string_view kAlsoAtOnce =
    "Any 2xx is success; everything else is failure. Our reading: also for many events in a short "
    "time.";
constexpr std::string_view kAlsoAfterwards =
    "Any 2xx is success; everything else is failure. Our reading: also after requests that the "
    "handler rejects.";

// Replaces the subject of a check: here it is whether valid events are accepted.
CheckInfo about(const Check& check, std::string_view title, Level level, std::string_view rule) {
  return {check.info.id, title, level, rule, source::kDelivery, ""};
}

}  // namespace

Finding rate_limited(const Check& check, Finding finding, int status) {
  if (finding.verdict != CheckVerdict::failed) {
    finding =
        failed("a 2xx status for valid events", status_text(status) + " for valid events, too");
  }
  finding.expected = "a 2xx status for valid events";
  finding.evidence = {};  // one request alone would pass
  finding.info =
      about(check, "accepts events as fast as they arrive", check.info.level, kAlsoAtOnce);
  return with_remedy(std::move(finding), status == 429 ? remedy_for_status(429) : kUnavailable);
}

Finding inconsistent(const Check& check, Finding finding, const std::string& unsteady) {
  if (!unsteady.empty()) {
    if (finding.verdict != CheckVerdict::failed) finding = failed("a 2xx status for each", "");
    finding.expected = "a 2xx status for each";
    finding.observed += (finding.observed.empty() ? "" : "; ") + unsteady;
    finding.evidence = {};  // one request alone would pass
    finding.info = about(check, "accepts every valid event", Level::must, source::kAnyTwoHundred);
  }
  finding.observed += ": the handler is inconsistent";
  return with_remedy(std::move(finding), unsteady.empty() ? kSometimesWrong : kInconsistent);
}

Finding rejected_for_a_moment(const Check& check, Finding finding, Cause cause, const Trace& trace,
                              const Health& health) {
  const auto duration = finding.duration;
  finding = failed("valid events to be accepted afterwards",
                   "for a moment, valid events got " + health.first_words);
  finding.duration = duration;
  if (trace.last_rejected) finding.evidence = Evidence(*trace.last_rejected);
  finding.info =
      about(check, "still accepts valid events afterwards", Level::must, kAlsoAfterwards);
  return with_remedy(std::move(finding), cause == Cause::ban ? kBans : kHoldsUp);
}

Finding stopped_accepting(const Check& check, Finding finding, Cause cause, const Trace& trace,
                          const Health& health, std::string_view previous) {
  const bool crashed = cause == Cause::crash;
  const bool is_ban = !crashed && finding.verdict == CheckVerdict::passed && trace.saw_rejection &&
                      (health.last_status == 403 || health.last_status == 429);
  const bool earlier = trace.refused_first && !previous.empty();
  std::string what = "valid events got " + health.last_words + " from then on";
  if (crashed) {
    what = "connection refused: the handler stopped listening ";
    what += earlier ? "before this check, perhaps because of a request of " +
                          std::string(previous) + " or an earlier check"
                    : "during this check or shortly before";
  }
  if (finding.verdict != CheckVerdict::failed || earlier) {
    const auto duration = finding.duration;
    finding = failed("valid events to be accepted afterwards", what);
    finding.duration = duration;
    // The request that caused it, if this check sent it.
    const bool known = !earlier && !is_of_rate_limits(health.last_status) &&
                       (!health.late || trace.refused_connection);
    if (known && trace.last_rejected) finding.evidence = Evidence(*trace.last_rejected);
  } else {
    finding.expected = "valid events to be accepted afterwards";
    finding.observed += "; " + what;
  }
  finding.info =
      about(check, "still accepts valid events afterwards", Level::must, kAlsoAfterwards);
  if (finding.explains_outage && !is_of_rate_limits(health.last_status)) return finding;
  std::string_view remedy = crashed ? kCrashed : remedy_for_status(health.last_status);
  if (is_ban) {
    remedy = kBans;
  } else if (!crashed && health.last_status == 429) {
    finding.expected = "a 2xx status for valid events";
    finding.info = about(check, "accepts events as fast as they arrive", Level::must, kAlsoAtOnce);
  }
  if (remedy.empty()) remedy = kChanged;
  return with_remedy(std::move(finding), remedy);
}

}  // namespace slotflow
