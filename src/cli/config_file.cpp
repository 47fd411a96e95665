#include "cli/config_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/command.h"
#include "cli/config_settings.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "cli/usage_error.h"
#include "domain/closest.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {

namespace {

const std::string kDashes = "--";
constexpr std::size_t kMaxSize = 1024 * 1024;  // bytes; a device never ends

bool is_wanted(const CLI::Option* option) {
  return option != nullptr && option->count() > 0;
}

// Returns true if the command line asks for a help text or the version.
bool wants_text_only(const CLI::App& app) {
  if (is_wanted(app.get_help_ptr()) || is_wanted(app.get_version_ptr())) return true;
  return std::ranges::any_of(app.get_subcommands(), [](const CLI::App* command) {
    return is_wanted(command->get_help_ptr());
  });
}

// Returns the options that a table may set, without dashes.
std::vector<std::string> keys_of(const CLI::App& app) {
  std::vector<std::string> keys;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_configurable()) continue;
    for (const std::string& name : option->get_lnames()) keys.push_back(name);
  }
  return keys;
}

// Reads one byte more than allowed of a file that is too long.
std::string read_limited(std::istream& in) {
  std::string bytes(kMaxSize + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

// Returns where the path begins in a value of this type, or npos if the value is not a path.
std::size_t path_begin(const ValueType* type, const std::string& value) {
  if (type == nullptr) return std::string::npos;
  if (type->kind == ValueKind::file) return 0;
  const bool may_name_file = type->placeholder.find("@FILE") != std::string::npos;
  return may_name_file && value.starts_with('@') ? 1 : std::string::npos;
}

}  // namespace

bool can_set(const CLI::App& table, const std::string& key) {
  return std::ranges::count(keys_of(table), key) > 0;
}

ConfigFile::ConfigFile(const World& world, const CLI::App& app, CommandWithKey command_with_key,
                       ConfigReading reading)
    : world_(world),
      app_(app),
      command_with_key_(std::move(command_with_key)),
      reading_(std::move(reading)) {}

std::string ConfigFile::place(std::size_t line) const {
  return app_.get_config_ptr()->as<std::string>() + ":" + std::to_string(line);
}

Error ConfigFile::error_at(std::size_t line, const std::string& message,
                           const std::string& hint) const {
  return {ErrorCode::usage, place(line) + ": " + message, hint};
}

// Returns whether the setting is for this run. A table that is about no command is noticed.
bool ConfigFile::concerns_run(const ConfigSetting& setting) const {
  const auto& parents = setting.item.parents;
  if (parents.empty()) return true;
  const std::string& name = parents.front();
  if (find_command(app_, name) == nullptr) {
    if (!unknown_tables_.insert(name).second) return false;
    const std::string hint = did_you_mean(closest_match(name, command_names(app_)));
    notices_.push_back(place(setting.line) + ": unknown table " + in_quotes(name) +
                       " is ignored; " + (hint.empty() ? "name a table after a command" : hint));
    return false;
  }
  const auto chosen = app_.get_subcommands();
  return !chosen.empty() && name == chosen.front()->get_name();
}

// Throws why the line is not a setting of its table.
void ConfigFile::check_form(const ConfigSetting& setting) const {
  if (setting.problem) {
    throw error_at(setting.line, setting.problem->message, setting.problem->hint);
  }
  const auto& parents = setting.item.parents;
  if (parents.size() > 1) {
    throw error_at(setting.line, "unknown table " + in_quotes(joined(parents, ".")),
                   did_you_mean(parents.front()));
  }
}

const CLI::App& ConfigFile::table_of(const ConfigSetting& setting) const {
  const auto& parents = setting.item.parents;
  return parents.empty() ? app_ : *find_command(app_, parents.front());
}

// Says where an option belongs that its table does not have.
std::string ConfigFile::hint_for(const std::string& key, const CLI::App& table) const {
  if (can_set(app_, key)) {
    return "write global options at the top of the file, before the first table";
  }
  const std::string command = &table == &app_ ? command_with_key_(key) : "";
  return command.empty()
             ? did_you_mean(closest_match(key, keys_of(table)))
             : "write the options of a command into its table, such as [" + command + "]";
}

const CLI::Option& ConfigFile::option_of(const ConfigSetting& setting) const {
  const CLI::ConfigItem& item = setting.item;
  const CLI::App& table = table_of(setting);
  const CLI::Option* option = table.get_option_no_throw("--" + item.name);
  if (option == nullptr && item.name.size() == 1) {
    option = table.get_option_no_throw("-" + item.name);
  }
  const bool is_own = option != nullptr && option != table.get_help_ptr() &&
                      option != table.get_version_ptr() && option != table.get_config_ptr();
  if (is_own && !option->get_configurable()) {
    throw error_at(setting.line,
                   "option " + in_quotes(item.name) + " cannot be set in the config file",
                   "give --" + item.name + " on the command line");
  }
  if (!is_own) {
    throw error_at(setting.line, "unknown option " + in_quotes(item.name),
                   hint_for(item.name, table));
  }
  return *option;
}

void ConfigFile::check_values(const ConfigSetting& setting, const CLI::Option& option) const {
  const CLI::ConfigItem& item = setting.item;
  const bool is_flag = option.get_expected_max() == 0;
  const bool several = takes_several(option);
  if (!setting.is_whole) {
    // The value is not shown, because it may be a secret.
    if (setting.is_array) {
      throw error_at(setting.line, item.name + ": expected an array of values separated by commas",
                     "write several values as [a, b], or as ['a', 'b'] with quotes");
    }
    throw error_at(setting.line, item.name + ": expected one value, in quotes or without spaces",
                   several ? "write several values as an array, such as [a, b]" : "");
  }
  const bool is_one = item.inputs.size() == 1 && !setting.is_array;
  if (is_flag && (!is_one || !flag_value(item.inputs.front()))) {
    const std::string got = CLI::detail::join(item.inputs, ", ");
    throw error_at(setting.line,
                   item.name + ": expected true or false, got " +
                       (setting.is_array ? "an array" : in_quotes(got)),
                   "");
  }
  if (item.inputs.empty()) {
    throw error_at(setting.line, item.name + ": expected a value, got an empty array", "");
  }
  if (setting.is_array && !several) {
    throw error_at(setting.line, item.name + ": expected one value, got an array",
                   "write the value without brackets");
  }
}

// Replaces a "~" at the start of a path by the home directory, since no shell has done so.
void ConfigFile::expand_home(ConfigSetting& setting, const ValueType* type) const {
  for (std::string& value : setting.item.inputs) {
    const std::size_t begin = path_begin(type, value);
    if (begin == std::string::npos || value.compare(begin, 2, "~/") != 0) continue;
    const std::string home = world_.environment("HOME").value_or("");
    if (home.empty()) {
      throw error_at(
          setting.line,
          setting.item.name + ": cannot replace the ~ in " + in_quotes(value) + ": HOME is not set",
          "write the whole path");
    }
    value.replace(begin, 1, home);
  }
}

// Returns whether the setting chooses JSON, and the command line does not choose.
bool ConfigFile::is_json(const ConfigSetting& setting) const {
  const CLI::ConfigItem& item = setting.item;
  if (setting.problem || setting.is_array || !item.parents.empty() || item.name != "json")
    return false;
  if (is_wanted(app_.get_option("--json")) || reading_.left_out.contains("--json")) return false;
  return item.inputs.size() == 1 && flag_value(item.inputs.front()).value_or(false);
}

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& in) const {
  if (wants_text_only(app_)) return {};
  if (!reading_.bytes) reading_.bytes = read_limited(in);
  const std::string& bytes = *reading_.bytes;
  const CLI::Option& config = *app_.get_config_ptr();
  const auto path = config.as<std::string>();
  const std::string subject = config.count() > 0 ? "--config" : "the config file";
  if (in.bad()) throw Error(ErrorCode::io_error, subject + ": cannot read " + path);
  if (bytes.size() > kMaxSize) {
    throw Error(ErrorCode::io_error, subject + ": expected at most 1 MiB, got more from " + path);
  }
  const bool store_in_environment = !world_.environment(kStoreVariable).value_or("").empty();
  const bool secret_in_environment = !world_.environment(kSecretVariable).value_or("").empty();
  std::vector<ConfigSetting> read = read_config(bytes);
  sets_json_ = std::ranges::any_of(read, [&](const ConfigSetting& s) { return is_json(s); });
  std::vector<CLI::ConfigItem> settings;
  for (ConfigSetting& setting : read) {
    CLI::ConfigItem& item = setting.item;
    if (!concerns_run(setting)) continue;
    check_form(setting);
    if (setting.begins_table) continue;
    const CLI::Option& option = option_of(setting);
    check_values(setting, option);
    if (store_in_environment && item.parents.empty() && item.name == "store") continue;
    const bool is_secret = item.name == "secret" || item.name == "secret-file";
    if (secret_in_environment && is_secret) continue;
    if (option.count() > 0) continue;  // the command line wins
    const std::string name = kDashes + option.get_lnames().front();
    if (reading_.left_out.contains(name)) continue;
    const auto [first, is_new] = lines_.emplace(name, setting.line);
    if (!is_new) {
      throw error_at(setting.line,
                     "option " + in_quotes(item.name) + " is already set in line " +
                         std::to_string(first->second),
                     takes_several(option)
                         ? "give several values as an array, such as option = [a, b]"
                         : "keep one of the two lines");
    }
    expand_home(setting, type_of(table_of(setting), option));
    settings.push_back(std::move(item));
  }
  return settings;
}

std::set<std::string> ConfigFile::settings() const {
  std::set<std::string> options;
  for (const auto& [option, line] : lines_) options.insert(option);
  return options;
}

std::optional<ConfigReading> ConfigFile::without(const CombinationError& error) const {
  ConfigReading next = reading_;
  bool command_line_wins = error.subjects().size() == 1;
  for (const std::string& subject : error.subjects()) {
    if (lines_.contains(subject)) {
      next.left_out.insert(subject);
    } else if (is_wanted(chosen_option(subject))) {
      command_line_wins = true;
    }
  }
  const bool changed = next.left_out.size() > reading_.left_out.size();
  return changed && command_line_wins ? std::optional(std::move(next)) : std::nullopt;
}

// Returns the option of the parsed command, or the global one.
const CLI::Option* ConfigFile::chosen_option(const std::string& name) const {
  for (const CLI::App* command : app_.get_subcommands()) {
    if (const CLI::Option* option = command->get_option_no_throw(name)) return option;
  }
  return app_.get_option_no_throw(name);
}

Error ConfigFile::located(const Error& error) const {
  for (const std::string& subject : error.subjects()) {
    const auto line = lines_.find(subject);
    if (line == lines_.end()) continue;
    // In the file, the option has no dashes.
    std::string message = error.what();
    if (message.starts_with(subject + ":")) message.erase(0, kDashes.size());
    const Error usage = error_at(line->second, message, error.hint());
    return Error(error.code(), usage.what(), usage.hint());
  }
  return error;
}

}  // namespace slotflow
