// The options of `deliveries`, and its actions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"
#include "cli/secrets.h"
#include "cli/ui_options.h"
#include "domain/history_filter.h"
#include "domain/url.h"
#include "store/history_reader.h"

namespace slotflow {

// A time, or a duration before now.
struct Moment {
  std::optional<Timestamp> time;
  Duration before_now{0};

  Timestamp at(Timestamp now) const { return time ? *time : now - before_now; }
};

struct DeliveriesOptions {
  std::string action;            // as typed; empty: list
  std::vector<std::string> ids;  // or their first characters; of ui, the port
  HistoryFilter filter;
  std::vector<Url> to;          // of the deliveries; with resend, the one to send to
  std::optional<Moment> since;  // become times of the filter when the command runs
  std::optional<Moment> until;
  std::size_t limit = 20;  // 0: all
  bool gives_limit = false;
  bool payload = false;
  bool curl = false;

  // Of actions that deliver
  SecretOptions secret;
  std::vector<Header> headers;
  std::optional<double> speed;
  bool verbose = false;

  // Of resend
  bool last = false;
  std::vector<std::string> set;
  bool dry_run = false;
  bool yes = false;

  UiOptions ui;  // of ui

  // Of prune
  std::optional<Duration> older_than;
  std::optional<std::size_t> keep;
};

// Which options an action has.
struct ActionOptions {
  bool ids = false;
  bool filters = false;   // and --limit
  bool delivers = false;  // it makes attempts
};

struct DeliveriesAction {
  std::string_view name;
  int (*run)(const DeliveriesOptions&, Context&);
  ActionOptions options;
};

// Throws Error{usage} for options that the action does not have.
void refuse_combinations(const DeliveriesOptions& options, const DeliveriesAction& action,
                         const Context& context);

// Returns the history. Throws Error{store_error}.
HistoryReader open_reader(Context& context, const LockWait& wait);

// Returns the id of the delivery that `text` is, or begins. Throws Error{not_found} if there is
// none, or more than one.
std::string require_id(const HistoryReader& history, const std::string& text,
                       const Context& context);

// Each runs an action, and returns the exit code.
int list_deliveries(const DeliveriesOptions& options, Context& context);
int show_delivery(const DeliveriesOptions& options, Context& context);
int show_stats(const DeliveriesOptions& options, Context& context);
int prune_deliveries(const DeliveriesOptions& options, Context& context);
int resend_deliveries(const DeliveriesOptions& options, Context& context);
int resume_deliveries(const DeliveriesOptions& options, Context& context);
int show_inspector(const DeliveriesOptions& options, Context& context);

}  // namespace slotflow
