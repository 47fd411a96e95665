// Options that fire and load share: where events go, and what is in them.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands/fire_options.h"

namespace slotflow {

// --webhook, --to, URL, --secret, --secret-file and --api. `one_event`: the hint if an event is
// named where a URL belongs.
void add_target(CLI::App& app, FireOptions& options, const std::string& one_event);

// Begins the group of options about the payload, with --seed.
void add_seed(CLI::App& app, FireOptions& options, const std::string& help);
// --set, --metadata, --preset and --payload.
void add_payload(CLI::App& app, FireOptions& options);

}  // namespace slotflow
