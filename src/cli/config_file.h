// The config file: TOML as CLI11 reads it, with errors that name the file and the line.
#pragma once

#include <cstddef>
#include <istream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"
#include "cli/config_settings.h"
#include "cli/value_type.h"
#include "domain/error.h"

namespace slotflow {

inline constexpr const char* kStoreVariable = "SLOTFLOW_HOOKS_STORE";

// Not thread-safe. All arguments must outlive this object.
class ConfigFile : public CLI::ConfigTOML {
 public:
  ConfigFile(const World& world, const CLI::App& app);

  // Returns the settings that concern this run: the global ones and those of the command that `app`
  // has parsed, except those that the environment overrides (in CLI11 the file would win). Ignores
  // the file if only the help or the version is wanted. A leading "~/" of a path is the home
  // directory. Throws Error{usage} for a line of these settings that is not one, for an unknown
  // option and for an array where one value is expected, and Error{io_error} if the file is too
  // long.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override;

  // Returns `error` with file and line in front, if an option that it is about is set in the file
  // (of several, the first such one); otherwise returns it unchanged.
  Error located(const Error& error) const;

  // Returns what from_config() ignored because it is about no command, with file and line.
  const std::vector<std::string>& notices() const { return notices_; }

 private:
  std::string place(std::size_t line) const;
  Error error_at(std::size_t line, const std::string& message, const std::string& hint) const;
  bool concerns_run(const ConfigSetting& setting) const;
  void check_form(const ConfigSetting& setting) const;
  const CLI::App& table_of(const ConfigSetting& setting) const;
  const CLI::Option& option_of(const ConfigSetting& setting) const;
  void check_values(const ConfigSetting& setting, const CLI::Option& option) const;
  void expand_home(ConfigSetting& setting, const ValueType* type) const;

  const World& world_;
  const CLI::App& app_;
  mutable std::map<std::string, std::size_t> lines_;  // of the settings that from_config returned
  mutable std::set<std::string> unknown_tables_;
  mutable std::vector<std::string> notices_;
};

}  // namespace slotflow
