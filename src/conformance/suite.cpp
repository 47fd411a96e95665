#include "conformance/suite.h"

#include <algorithm>

#include "domain/closest.h"
#include "domain/error.h"

namespace slotflow {

namespace {

std::string section_of(const Check& check) {
  return std::string(check.info.section());
}

bool is_named(const Check& check, const std::string& name) {
  return check.info.id == name || check.info.section() == name;
}

void require_known(const std::string& option, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto checks = all_checks();
    const auto known = [&](const Check* check) { return is_named(*check, name); };
    if (std::ranges::any_of(checks, known)) continue;
    std::vector<std::string> choices;
    for (const Check* check : checks) {
      choices.emplace_back(check->info.id);
      if (std::ranges::find(choices, section_of(*check)) == choices.end()) {
        choices.push_back(section_of(*check));
      }
    }
    const std::string nearest = closest_match(name, choices);
    throw Error(ErrorCode::usage,
                option + ": expected the id of a check, or a section, got '" + name + "'",
                nearest.empty() ? "slotflow-hooks check --list shows them"
                                : "did you mean '" + nearest + "'?");
  }
}

// By its place in the catalogue: a check has the same bookings whatever else is run.
Random random_of(std::uint64_t seed, std::size_t place) {
  return Random::for_item(seed, place);
}

std::optional<std::string> reason_to_skip(const Check& check, const Subject& subject,
                                          const Reply& baseline) {
  if (check.needs_secret && !subject.secret) return "no secret was given";
  if (check.needs_acceptance && !baseline.delivered()) {
    return "a valid event is not taken, so it would tell nothing";
  }
  return std::nullopt;
}

// No connection came about: nothing of the handler has been seen.
bool is_unreachable(const Failure& failure) {
  return failure.kind == FailureKind::connection_refused || failure.kind == FailureKind::dns ||
         failure.kind == FailureKind::tls ||
         (failure.kind == FailureKind::timeout && failure.detail.starts_with("while "));
}

}  // namespace

std::vector<const Check*> all_checks() {
  std::vector<const Check*> checks;
  for (const auto section : {delivery_checks(), signature_checks(), payload_checks(),
                             malformed_checks(), idempotency_checks(), leaks_checks()}) {
    for (const Check& check : section) checks.push_back(&check);
  }
  return checks;
}

std::vector<const Check*> select_checks(const std::vector<std::string>& only,
                                        const std::vector<std::string>& skip) {
  require_known("--only", only);
  require_known("--skip", skip);
  std::vector<const Check*> selected;
  for (const Check* check : all_checks()) {
    const auto named = [&](const std::string& name) { return is_named(*check, name); };
    const bool wanted = only.empty() || std::ranges::any_of(only, named);
    if (wanted && std::ranges::none_of(skip, named)) selected.push_back(check);
  }
  return selected;
}

Reply reach(const Subject& subject, HttpTransport& transport, const Clock& clock,
            std::uint64_t seed) {
  const Reply nothing{Failure{FailureKind::timeout, ""}, "", {}};
  Driver driver(subject, transport, clock, random_of(seed, all_checks().size()), nothing);
  Reply reply = driver.send(driver.request(driver.event().dump()));
  // A cold start, or one bad moment, is not what a handler is like.
  if (!reply.delivered()) reply = driver.send(driver.request(driver.event().dump()));
  const Failure* failure = reply.failure();
  if (failure == nullptr || !is_unreachable(*failure)) return reply;
  throw Error(
      ErrorCode::network_error,
      "expected a handler at " + subject.url.to_string() + ", got " + told(reply, subject.timeout),
      failure->kind == FailureKind::tls
          ? "--cacert FILE trusts a certificate of your own; --insecure goes on without, "
            "and delivery.https tells what is wrong"
          : "is it running, and is that its port?");
}

void run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, HttpTransport& transport,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<void(const Check&, const Finding&, std::chrono::microseconds)>& report) {
  const auto all = all_checks();
  for (const Check* check : checks) {
    const auto place = static_cast<std::size_t>(std::ranges::find(all, check) - all.begin());
    Driver driver(subject, transport, clock, random_of(seed, place), baseline);
    const auto begin = Deadline::Steady::now();
    const auto reason = reason_to_skip(*check, subject, baseline);
    const Finding finding = reason ? skipped(*reason) : check->run(driver);
    if (interrupt.triggered()) return;
    report(*check, finding,
           std::chrono::duration_cast<std::chrono::microseconds>(Deadline::Steady::now() - begin));
  }
}

}  // namespace slotflow
