// The options of `deliveries`, and its actions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"
#include "domain/history_filter.h"
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
  std::vector<std::string> ids;  // or their first characters
  HistoryFilter filter;
  std::optional<Moment> since;  // become times of the filter when the command runs
  std::optional<Moment> until;
  std::size_t limit = 20;  // 0: all
  bool payload = false;
};

// Returns the history. Throws Error{store_error}.
HistoryReader open_reader(Context& context, const LockWait& wait);

// Returns the id of the delivery that `text` is, or begins. Throws Error{not_found} if there is
// none, or more than one.
std::string require_id(const HistoryReader& history, const std::string& text,
                       const Context& context);

// Each runs an action, and returns the exit code.
int list_deliveries(const DeliveriesOptions& options, Context& context);
int show_delivery(const DeliveriesOptions& options, Context& context);

}  // namespace slotflow
