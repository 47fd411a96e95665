#include <algorithm>
#include <utility>
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

// A column after those that every listing has.
struct FurtherColumn {
  std::string title;
  std::vector<std::string> cells;
};

std::vector<FurtherColumn> column_of_resends(const std::vector<DeliveryRecord>& deliveries) {
  FurtherColumn column{"RESENDS", {}};
  for (const DeliveryRecord& delivery : deliveries) {
    column.cells.push_back(delivery.resends.value_or("-").substr(0, kShownOfId));
  }
  const bool is_needed = std::ranges::any_of(
      deliveries, [](const DeliveryRecord& delivery) { return delivery.resends.has_value(); });
  return is_needed ? std::vector{std::move(column)} : std::vector<FurtherColumn>();
}

std::string listing_text(const DeliveryListing& listing, const std::vector<FurtherColumn>& further,
                         const Style& style) {
  if (listing.deliveries.empty()) return "";
  std::vector<std::string> titles{"ID", "AGE", "EVENT", "STATE", "ATTEMPTS", "LAST", "URL"};
  for (const FurtherColumn& column : further) titles.push_back(column.title);
  Table table(titles);
  for (std::size_t i = 0; i < listing.deliveries.size(); ++i) {
    const DeliveryRecord& delivery = listing.deliveries[i];
    std::vector<std::string> row{delivery.id.substr(0, kShownOfId),
                                 age_text(listing.now - delivery.created_at),
                                 delivery.event,
                                 std::string(to_string(delivery.state)),
                                 std::to_string(delivery.attempts),
                                 last_text(delivery),
                                 delivery.url};
    for (const FurtherColumn& column : further) row.push_back(column.cells[i]);
    table.add_row(row);
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

std::string day_of(Timestamp time) {
  constexpr std::size_t kDay = 10;  // characters of 2026-03-10
  return local_iso8601(time).substr(0, kDay);
}

// Returns what the lines of an attempt do not say.
std::string attempt_notes(const AttemptRecord& record, const Style& style) {
  std::string text;
  if (record.trigger == AttemptTrigger::resume) {
    text += indented("made by deliveries resume", style);
  }
  if (record.signed_at) {
    text += indented("timestamp (t) of the signature: " + std::to_string(*record.signed_at) + " (" +
                         local_iso8601(from_unix_seconds(*record.signed_at)) + ")",
                     style);
  }
  return text;
}

}  // namespace

std::string text_of(const DeliveryListing& listing, const Style& style) {
  return listing_text(listing, column_of_resends(listing.deliveries), style);
}

std::string text_of(const ResendPreview& preview, const Style& style) {
  const std::vector<DeliveryRecord>& deliveries = preview.listing.deliveries;
  std::vector<FurtherColumn> further = column_of_resends(deliveries);
  if (preview.has_another_url) further.push_back({"TO", preview.urls});
  if (preview.has_another_payload) {
    further.push_back({"PAYLOAD", std::vector<std::string>(deliveries.size(), "changed")});
  }
  return listing_text(preview.listing, further, style);
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
  std::string day = day_of(delivery.created_at);
  for (const AttemptRecord& record : details.attempts) {
    const std::string this_day = day_of(record.attempt.at);
    if (std::exchange(day, this_day) != this_day) text += '\n' + style.bold("On " + day) + '\n';
    text += '\n' + text_of(record.attempt, style);
    text += attempt_notes(record, style);
  }
  return text;
}

}  // namespace slotflow
