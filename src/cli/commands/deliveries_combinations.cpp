// Options of `deliveries` that do not fit its action.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/combination.h"
#include "cli/commands/deliveries_options.h"
#include "domain/error.h"

namespace slotflow {

namespace {

// An option that only some actions have.
struct Use {
  std::string_view option;
  bool is_given;
  bool is_possible;
};

std::vector<Use> uses_of(const DeliveriesOptions& options, const DeliveriesAction& action) {
  const HistoryFilter& filter = options.filter;
  const bool filters = action.options.filters;
  const bool delivers = action.options.delivers;
  return {
      {"--failed", filter.failed, filters},
      {"--pending", filter.pending, filters},
      {"--delivered", filter.delivered, filters},
      {"--recovered", filter.recovered, filters},
      {"--event", !filter.events.empty(), filters},
      {"--webhook", !filter.webhooks.empty(), filters},
      {"--to", !filter.urls.empty(), filters},
      {"--booking", !filter.bookings.empty(), filters},
      {"--status", !filter.statuses.empty(), filters},
      {"--error", !filter.errors.empty(), filters},
      {"--slower", filter.slower.has_value(), filters},
      {"--since", options.since.has_value(), filters},
      {"--until", options.until.has_value(), filters},
      {"--limit", options.gives_limit, action.name == "list"},
      {"--payload", options.payload, action.name == "show"},
      {"--secret", !options.secret.secrets.empty(), delivers},
      {"--secret-file", options.secret.file.has_value(), delivers},
      {"--header", !options.headers.empty(), delivers},
      {"--speed", options.speed.has_value(), delivers},
      {"--verbose", options.verbose, delivers},
  };
}

}  // namespace

void refuse_combinations(const DeliveriesOptions& options, const DeliveriesAction& action,
                         const Context& context) {
  const std::string name(action.name);
  for (const Use& use : uses_of(options, action)) {
    if (!use.is_given || use.is_possible) continue;
    refuse(std::string(use.option) + " cannot be combined with the action " + name,
           {std::string(use.option)});
  }
  if (!action.options.ids && !options.ids.empty()) {
    throw Error(ErrorCode::usage, "deliveries " + name + " takes no ID",
                "show one delivery with " +
                    context.own_command()("deliveries show " + options.ids.front()));
  }
  if (options.verbose && context.options.json) {
    refuse("--verbose cannot be combined with --json", {"--verbose", "--json"});
  }
}

}  // namespace slotflow
