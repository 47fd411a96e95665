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
  bool is_filter = false;
};

std::vector<Use> uses_of(const DeliveriesOptions& options, const DeliveriesAction& action) {
  const HistoryFilter& filter = options.filter;
  const bool filters = action.options.filters;
  const bool delivers = action.options.delivers;
  const bool is_ui = action.name == "ui";
  const bool signs = delivers || options.curl || is_ui;
  const bool is_prune = action.name == "prune";
  const bool is_resend = action.name == "resend";
  return {
      {"--failed", filter.failed, filters, true},
      {"--pending", filter.pending, filters, true},
      {"--delivered", filter.delivered, filters, true},
      {"--recovered", filter.recovered, filters, true},
      {"--event", !filter.events.empty(), filters, true},
      {"--webhook", !filter.webhooks.empty() || !filter.webhook_urls.empty(), filters, true},
      {"--to", !options.to.empty(), filters},
      {"--booking", !filter.bookings.empty(), filters, true},
      {"--status", !filter.statuses.empty(), filters, true},
      {"--error", !filter.errors.empty(), filters, true},
      {"--slower", filter.slower.has_value(), filters, true},
      {"--since", options.since.has_value(), filters, true},
      {"--until", options.until.has_value(), filters, true},
      {"--limit", options.gives_limit, action.name == "list"},
      {"--last", options.last, is_resend, true},
      {"--set", !options.set.empty(), is_resend},
      {"--dry-run", options.dry_run, is_resend || is_prune},
      {"--older-than", options.older_than.has_value(), is_prune},
      {"--keep", options.keep.has_value(), is_prune},
      {"--yes", options.yes, is_resend},
      {"--payload", options.payload, action.name == "show"},
      {"--curl", options.curl, action.name == "show"},
      {"--ui-host", options.ui.gives_host, is_ui},
      {"--secret", !options.secret.secrets.empty(), signs},
      {"--secret-file", options.secret.file.has_value(), signs},
      {"--header", !options.headers.empty(), signs},
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
                name == "list" ? "show one delivery with " +
                                     context.own_command()("deliveries show " + options.ids.front())
                               : "see slotflow-hooks deliveries --help");
  }
  if (action.name == "resend" && options.to.size() > 1) {
    throw Error(ErrorCode::usage, "deliveries resend takes one --to", "", "--to");
  }
  Error::Subjects filters;
  for (const Use& use : uses_of(options, action)) {
    if (use.is_given && use.is_filter) filters.emplace_back(use.option);
  }
  if (!options.ids.empty() && !filters.empty()) {
    refuse("deliveries " + name + " takes ids or filters, not both", filters);
  }
  if (options.payload && context.options.json) {
    refuse("--payload cannot be combined with --json", {"--payload", "--json"},
           "the delivery in JSON has its payload, too");
  }
  if (options.payload && options.curl) {
    refuse("--payload cannot be combined with --curl", {"--payload", "--curl"});
  }
  if (options.verbose && context.options.json) {
    refuse("--verbose cannot be combined with --json", {"--verbose", "--json"});
  }
}

}  // namespace slotflow
