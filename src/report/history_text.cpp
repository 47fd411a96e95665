#include <algorithm>
#include <vector>

#include "domain/json.h"
#include "domain/signing.h"
#include "domain/text.h"
#include "domain/utf8.h"
#include "report/deliveries.h"
#include "report/escape.h"
#include "report/history.h"
#include "report/json_pretty.h"
#include "report/local_time.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kShownOfId = 8;  // characters

// Returns "12s", "5m", "7h" or "3 days" without its space.
std::string age_text(Duration age) {
  const auto days = std::chrono::floor<std::chrono::days>(age);
  const auto hours = std::chrono::floor<std::chrono::hours>(age);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(age);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(age);
  if (days.count() >= 2) return std::to_string(days.count()) + "d";
  if (hours.count() >= 1) return std::to_string(hours.count()) + "h";
  if (minutes.count() >= 1) return std::to_string(minutes.count()) + "m";
  return std::to_string(std::max<std::int64_t>(seconds.count(), 0)) + "s";
}

// Returns what the last attempt got: "500", "timeout", or "-" before the first one.
std::string last_text(const DeliveryRecord& delivery) {
  if (delivery.last_status) return std::to_string(*delivery.last_status);
  return delivery.last_error.value_or("-");
}

std::string coloured(const std::string& line, DeliveryState state, const Style& style) {
  switch (state) {
    case DeliveryState::failed:
      return style.red(line);
    case DeliveryState::pending:
      return style.yellow(line);
    case DeliveryState::delivered:
    case DeliveryState::expected:
      break;
  }
  return line;
}

void add_field(std::string& text, const std::string& name, const std::string& value) {
  constexpr std::size_t kWidth = 11;
  text += "  " + name + std::string(kWidth - name.size(), ' ') + value + '\n';
}

std::string state_text(const DeliveryDetails& details, const Style& style) {
  const DeliveryRecord& delivery = details.delivery;
  std::string text = coloured(std::string(to_string(delivery.state)), delivery.state, style) +
                     " after " +
                     counted(static_cast<std::uint64_t>(delivery.attempts), "attempt", "attempts");
  if (delivery.next_attempt_at) {
    text += ", the next one is due at " + local_iso8601(*delivery.next_attempt_at);
  }
  return text;
}

std::string payload_lines(const std::string& payload, const Style& style) {
  if (payload.empty()) return "  " + style.dim("(empty)") + '\n';
  if (!is_utf8(payload)) return "  " + style.dim("(not text)") + '\n';
  return pretty_json(payload, style, {.indent = 2});
}

}  // namespace

std::string text_of(const DeliveryListing& listing, const Style& style) {
  if (listing.deliveries.empty()) return "";
  Table table({"ID", "AGE", "EVENT", "STATE", "ATTEMPTS", "LAST", "URL"});
  for (const DeliveryRecord& delivery : listing.deliveries) {
    table.add_row({delivery.id.substr(0, kShownOfId), age_text(listing.now - delivery.created_at),
                   delivery.event, std::string(to_string(delivery.state)),
                   std::to_string(delivery.attempts), last_text(delivery), delivery.url});
  }
  const std::string rendered = table.render({});
  const auto lines = split(rendered, '\n');
  std::string text = style.bold(wrapped(std::string(lines[0]), style.columns, 4)) + '\n';
  for (std::size_t i = 0; i < listing.deliveries.size(); ++i) {
    const std::string line = wrapped(std::string(lines[i + 1]), style.columns, 4);
    text += coloured(line, listing.deliveries[i].state, style) + '\n';
  }
  return text;
}

std::string text_of(const DeliveryDetails& details, const Style& style) {
  const DeliveryRecord& delivery = details.delivery;
  std::string text = style.bold("Delivery " + safe_line(delivery.id)) + '\n';
  add_field(text, "event", safe_line(delivery.event));
  if (delivery.booking_id) add_field(text, "booking", safe_line(*delivery.booking_id));
  add_field(text, "url", safe_line(delivery.url));
  if (delivery.webhook_id) add_field(text, "webhook", safe_line(*delivery.webhook_id));
  add_field(text, "created",
            local_iso8601(delivery.created_at) + " by " + std::string(to_string(delivery.source)));
  add_field(text, "state", state_text(details, style));
  const std::string flaws = describe_flaws({{}, details.plan.skew, details.plan.tamper});
  if (!flaws.empty()) add_field(text, "invalid", flaws);
  if (delivery.resends) add_field(text, "resends", safe_line(*delivery.resends));
  for (const std::string& id : details.resent_as) add_field(text, "resent as", safe_line(id));
  text += '\n' + style.bold("Payload") + '\n' + payload_lines(details.payload, style);
  for (const AttemptRecord& record : details.attempts) {
    text += '\n' + text_of(record.attempt, style);
    if (record.trigger == AttemptTrigger::resume) text += "    made by deliveries resume\n";
  }
  return text;
}

}  // namespace slotflow
