#include "inspector/query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/ascii.h"
#include "domain/duration.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/text.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxQuery = 1024;  // bytes

using Holds = std::function<bool(const EntryRow&)>;

[[noreturn]] void throw_wrong(std::string_view name, const std::string& expected,
                              const std::string& value) {
  throw Error(ErrorCode::usage,
              std::string(name) + ": expected " + expected + ", got " + in_quotes(value));
}

bool contains(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return lower_case(a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

Holds text_condition(std::optional<std::string> EntryRow::* field, const std::string& value) {
  return [field, lower = lower_case(value)](const EntryRow& row) {
    return row.*field && contains(*(row.*field), lower);
  };
}

Holds url_condition(const std::string& value) {
  return [lower = lower_case(value)](const EntryRow& row) { return contains(row.path, lower); };
}

Holds id_condition(const std::string& value) {
  // Ids of deliveries are long: a beginning is enough.
  return [value](const EntryRow& row) {
    return row.is_delivery ? row.id.starts_with(value) : row.id == value;
  };
}

Holds status_condition(const std::string& value) {
  if (value == "none") return [](const EntryRow& row) { return !row.status; };
  StatusSet statuses;
  statuses.add("status", value);
  return [statuses](const EntryRow& row) { return row.status && statuses.contains(*row.status); };
}

Holds signature_condition(const std::string& value) {
  const auto found = std::ranges::find(kVerdictNames, value);
  if (found == kVerdictNames.end()) {
    throw_wrong("signature", joined(kVerdictNames, ", ", " or "), value);
  }
  const auto verdict = static_cast<SignatureVerdict>(found - kVerdictNames.begin());
  return [verdict](const EntryRow& row) { return row.signature == verdict; };
}

Holds since_condition(const std::string& value, Timestamp now) {
  auto since = parse_iso8601(value);
  if (!since) {
    try {
      since = now - parse_duration("since", value);
    } catch (const Error&) {
      throw_wrong("since", "an age such as 10m, or a time such as 2026-07-29T10:00:00Z", value);
    }
  }
  return [since = *since](const EntryRow& row) { return row.at >= since; };
}

struct Mark {
  std::string_view name;
  bool (*holds)(const EntryRow&);
};

constexpr std::array<Mark, 5> kMarks{{
    {"duplicate", [](const EntryRow& row) { return row.duplicate; }},
    {"failed", [](const EntryRow& row) { return row.failed; }},
    {"pinned", [](const EntryRow& row) { return row.pinned; }},
    {"pending", [](const EntryRow& row) { return row.state == DeliveryState::pending; }},
    {"delivered", [](const EntryRow& row) { return row.state == DeliveryState::delivered; }},
}};

Holds mark_condition(const std::string& value) {
  const auto found = std::ranges::find(kMarks, value, &Mark::name);
  if (found != kMarks.end()) return found->holds;
  std::vector<std::string_view> names;
  for (const Mark& mark : kMarks) names.push_back(mark.name);
  throw_wrong("is", joined(names, ", ", " or "), value);
}

// Takes the next part of the search from `text`: up to the next space outside quotes, without the
// quotes. Returns nullopt at the end.
std::optional<std::string> next_part(std::string_view& text) {
  text = trimmed_start(text, is_space);
  if (text.empty()) return std::nullopt;
  std::string part;
  bool quoted = false;
  while (!text.empty() && (quoted || !is_space(text.front()))) {
    if (text.front() == '"') {
      quoted = !quoted;
    } else {
      part += text.front();
    }
    text.remove_prefix(1);
  }
  return part;
}

}  // namespace

EntryQuery::EntryQuery(std::string_view text, Timestamp now) {
  if (text.size() > kMaxQuery) {
    throw Error(ErrorCode::usage, "search: expected at most " + std::to_string(kMaxQuery) +
                                      " bytes, got " + std::to_string(text.size()));
  }
  while (const auto part = next_part(text)) {
    const bool negated = part->size() > 1 && part->starts_with('!');
    add(negated ? std::string_view(*part).substr(1) : *part, negated, now);
  }
}

void EntryQuery::add(std::string_view text, bool negated, Timestamp now) {
  if (text.empty()) return;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos &&
      add_condition(text.substr(0, colon), std::string(text.substr(colon + 1)), negated, now)) {
    return;
  }
  words_.push_back({lower_case(text), negated});
}

bool EntryQuery::add_condition(std::string_view name, const std::string& value, bool negated,
                               Timestamp now) {
  Holds holds;
  if (name == "event") holds = text_condition(&EntryRow::event, value);
  if (name == "booking") holds = text_condition(&EntryRow::booking_id, value);
  if (name == "url") holds = url_condition(value);
  if (name == "id") holds = id_condition(value);
  if (name == "status") holds = status_condition(value);
  if (name == "signature") holds = signature_condition(value);
  if (name == "since") holds = since_condition(value, now);
  if (name == "is") holds = mark_condition(value);
  if (!holds) return false;
  conditions_.push_back({std::move(holds), negated});
  return true;
}

bool EntryQuery::matches(const EntryRow& row,
                         const std::function<std::vector<std::string_view>()>& texts) const {
  for (const Condition& condition : conditions_) {
    if (condition.holds(row) == condition.negated) return false;
  }
  if (words_.empty()) return true;
  const std::vector<std::string_view> all = texts();
  return std::ranges::all_of(words_, [&](const Word& word) {
    const bool found =
        std::ranges::any_of(all, [&](std::string_view text) { return contains(text, word.text); });
    return found != word.negated;
  });
}

}  // namespace slotflow
