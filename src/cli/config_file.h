// The config file: TOML as CLI11 reads it, with errors that name the file and the line.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"
#include "cli/combination.h"
#include "cli/config_settings.h"
#include "cli/value_type.h"
#include "domain/error.h"

namespace slotflow {

inline constexpr const char* kStoreVariable = "SLOTFLOW_HOOKS_STORE";

// What the next parse of the same command line needs to know about the file.
struct ConfigReading {
  std::optional<std::string> bytes;  // a pipe can be read once
  std::set<std::string> left_out;    // options whose settings are not used: "--compact"
};

// Returns whether the table of a command, or the top of the file for the program, can set this
// option, given without dashes.
bool can_set(const CLI::App& table, const std::string& key);

// Returns the name of a command whose table can set this option, given without dashes; or "".
using CommandWithKey = std::function<std::string(const std::string& key)>;

// Not thread-safe. `world` and `app` must outlive this object.
class ConfigFile : public CLI::ConfigTOML {
 public:
  ConfigFile(const World& world, const CLI::App& app, CommandWithKey command_with_key,
             ConfigReading reading = {});

  // Returns the settings that concern this run: the global ones and those of the command that `app`
  // has parsed, except those that the environment overrides (in CLI11 the file would win). Ignores
  // the file if only the help or the version is wanted. A leading "~/" of a path is the home
  // directory. Throws Error{usage} for a line of these settings that is not one, for an unknown
  // option and for an array where one value is expected, and Error{io_error} if the file is too
  // long.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override;

  // A setting of the file is a default: it gives way to options of the command line that it
  // contradicts, and it need not have an effect. Returns what to parse again with, without the
  // settings that `error` is about; or nullopt if the command line is wrong, or the file
  // contradicts itself.
  std::optional<ConfigReading> without(const CombinationError& error) const;

  // Returns `error` with file and line in front, if an option that it is about is set in the file
  // (of several, the first such one); otherwise returns it unchanged.
  Error located(const Error& error) const;

  // Returns whether from_config() has set this option, such as "--store".
  bool sets(const std::string& option) const { return lines_.contains(option); }
  // Returns all options that from_config() has set.
  std::set<std::string> settings() const;

  // Returns what from_config() ignored because it is about no command, with file and line.
  const std::vector<std::string>& notices() const { return notices_; }

  // Returns whether the file has been read and makes all output JSON: errors of its other lines,
  // too.
  bool sets_json() const { return sets_json_; }

 private:
  std::string place(std::size_t line) const;
  const CLI::Option* chosen_option(const std::string& name) const;
  Error error_at(std::size_t line, const std::string& message, const std::string& hint) const;
  bool is_json(const ConfigSetting& setting) const;
  bool concerns_run(const ConfigSetting& setting) const;
  void check_form(const ConfigSetting& setting) const;
  std::string hint_for(const std::string& key, const CLI::App& table) const;
  const CLI::App& table_of(const ConfigSetting& setting) const;
  const CLI::Option& option_of(const ConfigSetting& setting) const;
  void check_values(const ConfigSetting& setting, const CLI::Option& option) const;
  void expand_home(ConfigSetting& setting, const ValueType* type) const;

  const World& world_;
  const CLI::App& app_;
  CommandWithKey command_with_key_;
  mutable ConfigReading reading_;
  mutable std::map<std::string, std::size_t> lines_;  // of the options that from_config has set
  mutable std::set<std::string> unknown_tables_;
  mutable std::vector<std::string> notices_;
  mutable bool sets_json_ = false;
};

}  // namespace slotflow
