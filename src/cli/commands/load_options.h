// The options of `load`, and the steps from them to a plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands/fire_options.h"
#include "domain/load_gate.h"
#include "domain/load_plan.h"

namespace slotflow {

struct LoadOptions {
  FireOptions fire;  // where events go, and what is in them
  LoadPlan plan;
  std::vector<LoadGate> gates;
  std::string report;  // files; empty: none
  std::string results;
  std::string hdr;
};

void add_load_options(CLI::App& app, LoadOptions& options);

// Throws Error{usage} for options that do not fit together.
void refuse_combinations(const LoadOptions& options);

}  // namespace slotflow
