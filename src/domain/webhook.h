// Registered webhooks, and the plans that limit their number.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"

namespace slotflow {

struct Webhook {
  std::string id;   // UUID
  std::string url;  // normalized, see Url::to_string
  std::vector<Event> events;
  std::string signing_secret;  // whsec_...
  bool active = true;
  std::string created_at;  // ISO 8601 UTC, as stored

  bool wants(Event event) const;
};

enum class Plan { free, starter, growth };

struct PlanInfo {
  Plan plan;
  std::string_view name;
  std::optional<std::size_t> limit;  // webhooks; none: unlimited
  std::size_t humans;                // that are active
  std::size_t bookings;              // in a month
};

// As Slotflow's documentation says.
inline constexpr std::array<PlanInfo, 3> kPlans{{
    {Plan::free, "free", 2, 1, 100},
    {Plan::starter, "starter", 10, 5, 1'000},
    {Plan::growth, "growth", std::nullopt, 25, 10'000},
}};

inline constexpr const PlanInfo& info(Plan plan) {
  return kPlans[static_cast<std::size_t>(plan)];
}

// Throws Error{usage} that lists the valid names and starts with `option`.
Plan parse_plan(std::string_view option, std::string_view name);
std::vector<std::string> plan_choices();

}  // namespace slotflow
