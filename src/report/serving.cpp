#include "report/serving.h"

#include "domain/status_text.h"
#include "report/escape.h"
#include "report/json_parts.h"
#include "report/local_time.h"
#include "report/output.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxMethod = 16;  // characters
constexpr std::size_t kMaxTarget = 200;
constexpr std::size_t kIndented = 4;

std::string call_response(const ApiCall& call, const Style& style) {
  const std::string simulated = call.simulated ? " (simulated: " + *call.simulated + ")" : "";
  if (!call.status) return style.yellow("no response" + simulated);
  std::string text = std::to_string(*call.status);
  if (call.error) text += " " + safe_line(*call.error);
  if (!simulated.empty()) return style.yellow(text + simulated);
  if (is_success(*call.status)) return style.green(text);
  if (call.message) return style.red(text) + "  " + safe_line(*call.message);
  return style.red(text);
}

}  // namespace

std::string text_of(const Serving& serving, const Style& style) {
  return "Serving Slotflow's API on " + style.bold(safe_line(serving.url)) + '\n' +
         "Webhooks are those of " + safe_line(serving.store) + '\n' +
         (serving.ui ? "Inspector at " + style.bold(safe_line(*serving.ui)) + '\n' : "") +
         style.dim("(Ctrl-C to stop)") + '\n';
}

std::string text_of(const ApiCall& call, const Style& style) {
  const std::string line = style.dim(local_time_of_day(call.at)) + "  #" + std::to_string(call.n) +
                           "  " + safe_excerpt(call.method, kMaxMethod) + ' ' +
                           safe_excerpt(call.target, kMaxTarget) + "  -> " +
                           call_response(call, style);
  return wrapped(line + '\n', style.columns, kIndented);
}

std::string text_of(const ServeSummary& summary, const Style& style) {
  const ApiCallCounts& counts = summary.counts;
  std::string text = counted(counts.requests, "request", "requests") + ": " +
                     std::to_string(counts.succeeded) + " succeeded, " +
                     std::to_string(counts.failed) + " failed";
  if (counts.simulated > 0) {
    text += "; " + counted(counts.simulated, "simulated failure", "simulated failures") +
            " (seed " + std::to_string(summary.seed) + ")";
  }
  const DeliverySummary& events = summary.deliveries;
  if (events.attempts > 0) {
    text += "\n" + counted(events.attempts, "attempt", "attempts") +
            " to deliver events: " + std::to_string(events.delivered) + " delivered, " +
            std::to_string(events.failed) + " failed for good";
  }
  return wrapped(text + '\n', style.columns, kIndented);
}

std::string json_of(const Serving& serving) {
  return json_line(Json{{"type", "serving"},
                        {"url", serving.url},
                        {"port", serving.port},
                        {"store", serving.store},
                        {"ui", or_null(serving.ui)}});
}

std::string json_of(const ApiCall& call) {
  return json_line(call_json(call));
}

std::string json_of(const ServeSummary& summary) {
  Json json{{"type", "summary"},
            {"requests", summary.counts.requests},
            {"succeeded", summary.counts.succeeded},
            {"failed", summary.counts.failed},
            {"simulated", summary.counts.simulated},
            {"attempts", summary.deliveries.attempts},
            {"delivered", summary.deliveries.delivered},
            {"undelivered", summary.deliveries.failed},
            {"seed", summary.seed}};
  if (summary.not_shown > 0) json["not_shown"] = summary.not_shown;
  return json_line(json);
}

}  // namespace slotflow
