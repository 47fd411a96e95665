#include "domain/event.h"

#include "domain/choices.h"
#include "domain/text.h"

namespace slotflow {
namespace {

using Wanted = std::array<bool, kEvents.size()>;

void add_named(Wanted& wanted, std::string_view name) {
  if (name == "all") {
    wanted.fill(true);
    return;
  }
  const std::optional<Event> event = event_typed(name);
  if (!event) throw_unknown_choice("--events", name, event_choices(true));
  wanted[static_cast<std::size_t>(*event)] = true;
}

}  // namespace

std::optional<Event> event_typed(std::string_view text) {
  for (const EventInfo& row : kEvents) {
    if (text == row.name || text == row.short_name) return row.event;
  }
  return std::nullopt;
}

Event parse_event(std::string_view option, std::string_view text) {
  const std::optional<Event> event = event_typed(text);
  if (!event) throw_unknown_choice(option, text, event_choices(false));
  return *event;
}

std::optional<Event> event_named(std::string_view name) {
  const EventInfo* row = row_named(kEvents, name);
  return row != nullptr ? std::optional(row->event) : std::nullopt;
}

std::vector<Event> parse_event_list(const std::vector<std::string>& items) {
  if (items.empty()) throw_unknown_choice("--events", "", event_choices(true));
  Wanted wanted{};
  for (const std::string& item : items) {
    for (const std::string_view name : split(item, ',')) add_named(wanted, trimmed(name));
  }
  std::vector<Event> events;
  for (const EventInfo& row : kEvents) {
    if (wanted[static_cast<std::size_t>(row.event)]) events.push_back(row.event);
  }
  return events;
}

std::vector<std::string> event_choices(bool with_all) {
  std::vector<std::string> choices;
  for (const EventInfo& row : kEvents) choices.emplace_back(row.short_name);
  for (const EventInfo& row : kEvents) choices.emplace_back(row.name);
  if (with_all) choices.emplace_back("all");
  return choices;
}

std::vector<std::string> fired_event_choices() {
  std::vector<std::string> choices = event_choices(false);
  choices.emplace_back(kLifecycle);
  return choices;
}

}  // namespace slotflow
