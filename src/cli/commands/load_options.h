// The options of `load`, and the steps from them to a plan.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands/fire_options.h"
#include "domain/load_gate.h"
#include "domain/load_plan.h"

namespace slotflow {

// Another program that can run the load test.
enum class LoadEngine { k6, vegeta, artillery };
struct LoadEngineInfo {
  LoadEngine engine;
  std::string_view name;   // in the option
  std::string_view title;  // in sentences
};
inline constexpr std::array<LoadEngineInfo, 3> kLoadEngines{{
    {LoadEngine::k6, "k6", "k6"},
    {LoadEngine::vegeta, "vegeta", "vegeta"},
    {LoadEngine::artillery, "artillery", "Artillery"},
}};

// Of --export.
struct LoadExportOption {
  LoadEngineInfo engine;
  std::string file;
};

struct LoadOptions {
  FireOptions fire;  // where events go, and what is in them
  LoadPlan plan;
  std::vector<LoadGate> gates;
  std::string report;  // files; empty: none
  std::string results;
  std::string hdr;
  bool records = false;  // the history keeps the events
  std::optional<LoadExportOption> exported = {};
};

void add_load_options(CLI::App& app, LoadOptions& options);

// Throws Error{usage} for options that do not fit together.
void refuse_combinations(const LoadOptions& options);

}  // namespace slotflow
