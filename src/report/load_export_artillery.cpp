// A load test as a script for Artillery, and the JavaScript that the script calls.
#include <algorithm>

#include "domain/json.h"
#include "report/load_export.h"

namespace slotflow {

namespace {

// Artillery reads a number as seconds, and only whole ones.
std::string artillery_time(Duration time) {
  return std::to_string(time.count()) + "ms";
}

std::uint64_t starts_before(const LoadPlan& plan, Duration time) {
  return std::min(due_before(plan, time), events_in(plan));
}

// Adds the part of the plan that ends at `end`. Its events start evenly.
void add_phase(Json& phases, const LoadPlan& plan, const char* name, Duration begin, Duration end) {
  if (end <= begin) return;
  const std::uint64_t count = starts_before(plan, end) - starts_before(plan, begin);
  Json phase{{"name", name}};
  if (count == 0) {
    phase["pause"] = artillery_time(end - begin);  // a phase without events would take no time
  } else {
    phase["duration"] = artillery_time(end - begin);
    phase["arrivalCount"] = count;
    phase["maxVusers"] = plan.max_in_flight;
  }
  phases.push_back(std::move(phase));
}

Json open_phases(const LoadPlan& plan) {
  const Duration whole = plan.duration
                             ? plan.warmup + *plan.duration
                             : std::chrono::ceil<Duration>(due_after(plan, events_in(plan)));
  Json phases = Json::array();
  // Artillery's own ramps have whole seconds and whole rates: these steps are exact.
  constexpr int kSteps = 20;
  const Duration ramp = std::min(plan.ramp, whole);
  for (int step = 0; step < kSteps; ++step) {
    add_phase(phases, plan, "ramp", ramp * step / kSteps, ramp * (step + 1) / kSteps);
  }
  add_phase(phases, plan, "warm-up", ramp, plan.warmup);
  add_phase(phases, plan, "load", std::max(ramp, plan.warmup), whole);
  return phases;
}

constexpr const char* kProcessorBegin =
    R"js(// Makes and signs the events of a load test for Artillery.
// The signing secret is not in this file: it comes from the environment.
'use strict';

const { createHmac, randomBytes } = require('node:crypto');

)js";

constexpr const char* kProcessorEnd = R"js(
const SECRETS = readSecrets(process.env);
let turns = 0;

function signature(secret, now, body) {
  const t = Math.floor(now / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

function makeEvent(request, context, events, next) {
  const turn = turns % ENDPOINTS.length;
  turns += 1;
  const now = Date.now();
  const body = makeBody(now);
  const headers = Object.fromEntries(ENDPOINTS[turn].headers);
  if (SECRETS[turn] !== null) {
    headers['X-Slotflow-Signature'] = signature(SECRETS[turn], now, body);
  }
  if (CLOSES) headers.Connection = 'close';
  request.url = ENDPOINTS[turn].url;
  request.headers = headers;
  request.body = Buffer.from(body); // Artillery would replace {{ in a string
  events.emit('counter', 'slotflow.sent', 1);
  events.emit('counter', 'slotflow.answered', 0);
  events.emit('counter', 'slotflow.succeeded', 0);
  next();
}

function countResponse(request, response, context, events, next) {
  const isSuccess = response.statusCode >= 200 && response.statusCode <= 299;
  events.emit('counter', 'slotflow.answered', 1);
  events.emit('counter', 'slotflow.succeeded', isSuccess ? 1 : 0);
  next();
}

function isNotOver(context, next) {
  if (context.vars.slotflowEnd === undefined) context.vars.slotflowEnd = Date.now() + RUN_MS;
  next(Date.now() < context.vars.slotflowEnd);
}

module.exports = { makeEvent, countResponse, isNotOver };
)js";

}  // namespace

LoadScript artillery_script(const LoadExport& load, const std::string& processor) {
  const LoadPlan& plan = load.plan;
  LoadScript script;
  Json config;
  config["target"] = load.endpoints.front().url;
  config["processor"] = "./" + processor;
  // Artillery takes the time of a response in seconds.
  config["http"]["timeout"] = static_cast<double>(load.timeout.count()) / 1000;
  // With a pool, virtual users share connections.
  if (plan.keep_alive && plan.is_open()) config["http"]["pool"] = plan.max_in_flight;
  if (load.insecure) config["tls"]["rejectUnauthorized"] = false;
  Json post;
  post["post"]["url"] = "/";
  post["post"]["followRedirect"] = false;
  post["post"]["beforeRequest"] = "makeEvent";
  post["post"]["afterResponse"] = "countResponse";
  Json flow = Json::array();
  flow.push_back(std::move(post));
  if (plan.is_open()) {
    config["phases"] = open_phases(plan);
  } else {
    // Each virtual user sends one event after the other.
    const std::uint64_t users =
        plan.count ? std::min<std::uint64_t>(plan.concurrency, *plan.count) : plan.concurrency;
    config["phases"].push_back({{"name", "load"}, {"duration", 1}, {"arrivalCount", users}});
    Json loop;
    loop["loop"] = std::move(flow);
    if (plan.count) {
      const std::uint64_t each = (*plan.count + users - 1) / users;
      loop["count"] = each;
      if (each * users != *plan.count) script.events = each * users;
    } else {
      loop["whileTrue"] = "isNotOver";
    }
    flow = Json::array();
    flow.push_back(std::move(loop));
  }
  const auto conditions = artillery_conditions(load, script.left_out);
  if (!conditions.empty()) {
    config["plugins"]["ensure"] = Json::object();
    for (const std::string& condition : conditions) {
      config["ensure"]["conditions"].push_back({{"expression", condition}});
    }
  }
  Json whole;
  whole["config"] = std::move(config);
  whole["scenarios"].push_back({{"name", "events"}, {"flow", std::move(flow)}});
  script.text = whole.dump(2, ' ', true) + "\n";
  return script;
}

std::string artillery_processor(const LoadExport& load) {
  const std::int64_t run =
      load.plan.duration ? (load.plan.warmup + *load.plan.duration).count() : 0;
  return kProcessorBegin + ("const RUN_MS = " + std::to_string(run)) + "; // of --concurrency\n" +
         "const CLOSES = " + (load.plan.keep_alive ? "false" : "true") + ";\n" +
         script_of_events(load) + kProcessorEnd;
}

}  // namespace slotflow
