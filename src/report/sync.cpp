#include "report/sync.h"

#include <utility>
#include <vector>

#include "domain/json.h"
#include "domain/text.h"
#include "report/escape.h"
#include "report/output.h"
#include "report/phrases.h"
#include "report/table.h"

namespace slotflow {

namespace {

std::vector<std::string_view> names_of_events(const Webhook& webhook) {
  std::vector<std::string_view> names;
  for (const Event event : webhook.events) names.push_back(info(event).name);
  return names;
}

// Returns whether the webhook of the step gets its id only when it is created.
bool has_no_id(const SyncPlan& plan, const SyncStep& step) {
  return plan.ids == SyncIds::made && step.action == SyncAction::create;
}

Json sync_line(const char* type, SyncAction action, const Json& id, const Webhook& webhook) {
  return Json{{"type", type},
              {"action", info(action).name},
              {"webhook_id", id},
              {"url", webhook.url},
              {"events", names_of_events(webhook)}};
}

std::string with_capital(std::string_view word) {
  std::string text(word);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

}  // namespace

std::string text_of(const SyncPlan& plan, const Style& style) {
  if (plan.steps.empty()) return "";
  Table table({"ACTION", "ID", "URL", "EVENTS"});
  for (const SyncStep& step : plan.steps) {
    table.add_row({std::string(info(step.action).name),
                   has_no_id(plan, step) ? "-" : step.webhook.id, step.webhook.url,
                   joined(names_of_events(step.webhook), ",")});
  }
  return table.render(style);
}

std::string text_of(const SyncChange& change, const Style& /*style*/) {
  return with_capital(info(change.action).done) + ' ' + safe_line(change.webhook.id) + "  " +
         safe_line(change.webhook.url) + '\n';
}

std::string text_of(const SyncSummary& summary, const Style& style) {
  std::string text = std::to_string(summary.deleted) + " deleted, " +
                     std::to_string(summary.created) + " created, ";
  if (summary.updated > 0) text += std::to_string(summary.updated) + " updated, ";
  text += std::to_string(summary.unchanged) + " unchanged";
  if (summary.left == 0) return text + '\n';
  return text + ", " + style.red(counted(summary.left, "change", "changes") + " not made") + '\n';
}

std::string json_of(const SyncPlan& plan) {
  std::string lines;
  for (const SyncStep& step : plan.steps) {
    const Json id = has_no_id(plan, step) ? Json(nullptr) : Json(step.webhook.id);
    lines += json_line(sync_line("planned", step.action, id, step.webhook));
  }
  return lines;
}

std::string json_of(const SyncChange& change) {
  return json_line(sync_line("changed", change.action, change.webhook.id, change.webhook));
}

std::string json_of(const SyncSummary& summary) {
  return json_line(Json{{"type", "summary"},
                        {"created", summary.created},
                        {"deleted", summary.deleted},
                        {"updated", summary.updated},
                        {"unchanged", summary.unchanged},
                        {"left", summary.left}});
}

}  // namespace slotflow
