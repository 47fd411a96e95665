// The options of the commands that show what they do in the inspector: --ui and --ui-host.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/context.h"
#include "inspector/inspector.h"

namespace slotflow {

struct UiOptions {
  std::optional<int> port;  // nullopt: there is no inspector
  std::string host = "127.0.0.1";
  bool gives_host = false;
};

void add_ui_options(CLI::App& app, UiOptions& options);
CLI::Option* add_ui_host(CLI::App& app, UiOptions& options);

// Throws Error{usage} for --ui-host without --ui.
void check_ui_options(const UiOptions& options);

// Sets where the inspector listens. Says who can read it, if others than this machine can. There
// must be a port.
InspectorOptions inspector_options(const UiOptions& options, const Context& context);

}  // namespace slotflow
