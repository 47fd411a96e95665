// The config file: TOML as CLI11 reads it, ranked below the environment.
#pragma once

#include <istream>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"

namespace slotflow {

inline constexpr const char* kStoreVariable = "SLOTFLOW_HOOKS_STORE";

// In CLI11 the config file overrides the environment. Here the environment takes precedence, so
// settings that the environment makes are dropped.
class ConfigFile : public CLI::ConfigTOML {
 public:
  explicit ConfigFile(const World& world)
      : store_in_environment_(!world.environment(kStoreVariable).value_or("").empty()) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
    auto settings = CLI::ConfigTOML::from_config(in);
    std::erase_if(settings, [&](const CLI::ConfigItem& item) {
      return store_in_environment_ && item.parents.empty() && item.name == "store";
    });
    return settings;
  }

 private:
  bool store_in_environment_;
};

}  // namespace slotflow
