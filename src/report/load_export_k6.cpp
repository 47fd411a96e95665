// A load test as a script for k6.
#include <algorithm>
#include <cmath>

#include "domain/json.h"
#include "report/load_export.h"

namespace slotflow {

namespace {

constexpr Duration kShortest{1000};  // k6 refuses less

std::string k6_time(Duration time) {
  return std::to_string(time.count()) + "ms";
}

// The last event is due before the end of it.
Duration time_of_events(const LoadPlan& plan) {
  if (plan.duration) return plan.warmup + *plan.duration;
  return std::chrono::ceil<Duration>(due_after(plan, events_in(plan)));
}

Json open_scenario(const LoadPlan& plan) {
  const WholeRate rate = whole_rate(*plan.rate);
  const Duration whole = std::max(time_of_events(plan), kShortest);
  // How many start at first; k6 adds others while the endpoint is slow.
  const auto at_first = static_cast<std::uint64_t>(
      std::clamp(std::ceil(*plan.rate), 1.0, static_cast<double>(plan.max_in_flight)));
  Json scenario;
  scenario["executor"] = plan.ramp.count() > 0 ? "ramping-arrival-rate" : "constant-arrival-rate";
  if (plan.ramp.count() > 0) {
    // A ramp that is not over by the end is cut there.
    const Duration ramp = std::min(plan.ramp, whole);
    const double part = static_cast<double>(ramp.count()) / static_cast<double>(plan.ramp.count());
    const auto target =
        static_cast<std::uint64_t>(std::llround(static_cast<double>(rate.events) * part));
    scenario["startRate"] = 0;
    scenario["stages"].push_back({{"target", target}, {"duration", k6_time(ramp)}});
    if (ramp < whole) {
      scenario["stages"].push_back({{"target", target}, {"duration", k6_time(whole - ramp)}});
    }
  } else {
    scenario["rate"] = rate.events;
    scenario["duration"] = k6_time(whole);
  }
  scenario["timeUnit"] = std::to_string(rate.seconds) + "s";
  scenario["preAllocatedVUs"] = at_first;
  scenario["maxVUs"] = plan.max_in_flight;
  return scenario;
}

Json constant(std::size_t concurrency, Duration time) {
  return {{"executor", "constant-vus"},
          {"vus", concurrency},
          {"duration", k6_time(std::max(time, kShortest))}};
}

Json closed_scenarios(const LoadPlan& plan) {
  Json scenarios;
  if (plan.duration) {
    scenarios["load"] = constant(plan.concurrency, plan.warmup + *plan.duration);
    return scenarios;
  }
  Json measured{{"executor", "shared-iterations"},
                {"vus", std::min<std::uint64_t>(plan.concurrency, *plan.count)},
                {"iterations", *plan.count},
                {"maxDuration", "24h"}};
  if (plan.warmup.count() > 0) {
    scenarios["warmup"] = constant(plan.concurrency, plan.warmup);
    measured["startTime"] = k6_time(std::max<Duration>(plan.warmup, kShortest));
  }
  scenarios["load"] = std::move(measured);
  return scenarios;
}

constexpr const char* kScriptBegin = R"js(// Sends the events of a load test with k6: k6 run FILE
// The signing secret is not in this file: it comes from the environment.
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

)js";

constexpr const char* kScriptEnd = R"js(
const SECRETS = readSecrets(__ENV);
const errors = new Counter('slotflow_errors'); // events without a response
const failed = new Counter('slotflow_failed'); // events without a response with 2xx

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }));

function randomBytes(count) {
  return crypto.randomBytes(count);
}

function signature(secret, now, body) {
  const t = Math.floor(now / 1000);
  return `t=${t},v1=${crypto.hmac('sha256', secret, `${t}.${body}`, 'hex')}`;
}

export default function sendEvent() {
  const number = exec.scenario.iterationInTest;
  if (EVENTS !== null && number >= EVENTS) return;
  const turn = number % ENDPOINTS.length;
  const { url, headers: pairs } = ENDPOINTS[turn];
  const now = Date.now();
  const body = makeBody(now);
  const headers = Object.fromEntries(pairs);
  if (SECRETS[turn] !== null) {
    headers['X-Slotflow-Signature'] = signature(SECRETS[turn], now, body);
  }
  const isMeasured = exec.scenario.name !== 'warmup'
    && now - exec.scenario.startTime >= WARMUP_MS;
  const tags = { phase: isMeasured ? 'measured' : 'warmup' };
  const response = http.post(url, body, { headers, tags, redirects: 0, timeout: TIMEOUT_MS });
  if (response.status === 0) errors.add(1, tags);
  if (response.status < 200 || response.status > 299) failed.add(1, tags);
}
)js";

}  // namespace

LoadScript k6_script(const LoadExport& load) {
  const LoadPlan& plan = load.plan;
  LoadScript script;
  Json options;
  if (plan.is_open()) {
    options["scenarios"]["load"] = open_scenario(plan);
  } else {
    options["scenarios"] = closed_scenarios(plan);
  }
  const auto thresholds = k6_thresholds(load, script.left_out);
  for (const auto& [metric, threshold] : thresholds) {
    options["thresholds"][metric].push_back(threshold);
  }
  options["discardResponseBodies"] = true;
  options["noConnectionReuse"] = !plan.keep_alive;
  options["insecureSkipTLSVerify"] = load.insecure;
  // Where the warm-up is a scenario of its own, all of the other one is measured.
  const bool is_own = !plan.is_open() && plan.count.has_value();
  script.text = kScriptBegin;
  script.text += "export const options = " + options.dump(2, ' ', true) + ";\n\n";
  script.text += "// No more than these, those of the warm-up included; null: no limit.\n";
  script.text +=
      "const EVENTS = " + (plan.is_open() ? std::to_string(events_in(plan)) : "null") + ";\n";
  script.text += "const WARMUP_MS = " + std::to_string(is_own ? 0 : plan.warmup.count()) + ";\n";
  script.text += "const TIMEOUT_MS = " + std::to_string(load.timeout.count()) + ";\n";
  script.text += script_of_events(load) + kScriptEnd;
  return script;
}

}  // namespace slotflow
