#include "cli/config_file.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/usage_error.h"
#include "domain/closest.h"
#include "domain/quote.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

struct ConfigFile::Setting {
  CLI::ConfigItem item = {};  // of a line that is no setting, only its table
  std::size_t line = 0;
  bool is_array = false;
  bool is_whole = true;               // otherwise there is something behind the value
  std::optional<Error> problem = {};  // why the line is not a setting
};

namespace {

const std::string kDashes = "--";
constexpr std::size_t kMaxSize = 1024 * 1024;  // bytes; a device never ends
constexpr const char* kForm =
    "write one option = value per line, and option = true for an option without a value";

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

std::string did_you_mean(const std::string& nearest, const std::string& otherwise) {
  return nearest.empty() ? otherwise : "did you mean '" + nearest + "'?";
}

bool has_key(const CLI::App& app, const std::string& key) {
  return std::ranges::count(keys_of(app), key) > 0;
}

// Says where an option belongs that its table does not have.
std::string hint_for(const std::string& key, const CLI::App& app, const CLI::App& table) {
  if (has_key(app, key)) {
    return "write global options at the top of the file, before the first table";
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (&table != &app || !has_key(*command, key)) continue;
    return "write the options of a command into its table, such as [" + command->get_name() + "]";
  }
  return did_you_mean(closest_match(key, keys_of(table)), "");
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

// Returns the line without white space around it and without a comment, which begins at a "#" that
// is not in quotes. CLI11 would also cut a quoted value there.
std::string without_comment(const std::string& line) {
  char quote = '\0';
  std::size_t end = 0;
  for (; end < line.size() && (quote != '\0' || line[end] != '#'); ++end) {
    const bool is_quote = line[end] == '"' || line[end] == '\'';
    if (is_quote && quote == '\0') {
      quote = line[end];
    } else if (line[end] == quote) {
      quote = '\0';
    }
  }
  return CLI::detail::trim_copy(line.substr(0, end));
}

// "[a, b, ]" is allowed in TOML, but CLI11 reads an empty value after the last comma.
std::string without_last_comma(std::string value) {
  if (!value.starts_with('[')) return value;
  const auto last = value.find_last_not_of(" \t", value.size() - 2);
  if (value[last] == ',') value.erase(last, 1);
  return value;
}

// CLI11 would read 'a' b as two values, and a quote without an end as text.
bool is_whole(std::string_view value, std::size_t values) {
  if (value.starts_with('[')) return true;
  if (!value.starts_with('"') && !value.starts_with('\'')) return values <= 1;
  return value.find(value.front(), 1) == value.size() - 1;
}

std::optional<bool> truth(const std::vector<std::string>& inputs) {
  try {
    if (inputs.size() == 1) return CLI::detail::to_flag_value(inputs.front()) > 0;
  } catch (const std::exception&) {
  }
  return std::nullopt;
}

}  // namespace

ConfigFile::ConfigFile(const World& world, const CLI::App& app, ConfigReading reading)
    : world_(world), app_(app), reading_(std::move(reading)) {
  comment('\0');  // read() removes the comments
}

Error ConfigFile::error_at(std::size_t line, const std::string& message,
                           const std::string& hint) const {
  const auto path = app_.get_config_ptr()->as<std::string>();
  return {ErrorCode::usage, path + ":" + std::to_string(line) + ": " + message, hint};
}

// Lets CLI11 read one setting of a table. `table` is the line that begins it, or empty.
CLI::ConfigItem ConfigFile::parse(const std::string& table, const std::string& text) const {
  std::istringstream in(table + "\n" + text + "\n");
  for (CLI::ConfigItem& item : CLI::ConfigTOML::from_config(in)) {
    const bool begins_or_ends_table = item.name == "++" || item.name == "--";
    if (!begins_or_ends_table) return std::move(item);
  }
  return {};
}

void ConfigFile::check_table(const CLI::ConfigItem& item, std::size_t line) const {
  if (item.parents.empty()) return;
  const std::string name = item.parents.front();
  if (item.parents.size() == 1 && find_command(app_, name) != nullptr) return;
  throw error_at(
      line, "unknown table " + in_quotes(CLI::detail::join(item.parents, ".")),
      did_you_mean(closest_match(name, command_names(app_)), "name a table after a command"));
}

std::vector<ConfigFile::Setting> ConfigFile::read(const std::string& bytes) const {
  std::vector<Setting> settings;
  std::istringstream in(bytes);
  std::string table;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!is_utf8(line) || line.find('\0') != std::string::npos) {
      throw error_at(number, "expected UTF-8 text, got other bytes", "save the file as UTF-8");
    }
    if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    line = without_comment(line);
    if (line.empty() || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      table = line;
      check_table(parse(table, "any = 1"), number);
      continue;
    }
    const auto equals = line.find('=');
    if (line.front() == '[' && equals == std::string::npos) {
      throw error_at(number, "the name of the table does not end with ']'", "");
    }
    if (equals == std::string::npos || equals == 0) {
      // The line is not shown, because it may be a secret.
      Setting wrong{parse(table, "any = 1"), number};
      wrong.problem = error_at(number, "the line is not of the form option = value", kForm);
      settings.push_back(std::move(wrong));
      continue;
    }
    const std::size_t first = number;
    const std::string key = line.substr(0, equals);
    std::string value = CLI::detail::trim_copy(line.substr(equals + 1));
    while (value.starts_with('[') && !value.ends_with(']')) {
      ++number;
      if (!std::getline(in, line)) throw error_at(first, "the array does not end with ']'", "");
      value += " " + without_comment(line);
    }
    Setting setting{parse(table, key + " = " + without_last_comma(value)), first};
    check_table(setting.item, first);
    setting.is_array = value.starts_with('[');
    setting.is_whole = is_whole(value, setting.item.inputs.size());
    settings.push_back(std::move(setting));
  }
  return settings;
}

const CLI::App& ConfigFile::table_of(const Setting& setting) const {
  const auto& parents = setting.item.parents;
  return parents.empty() ? app_ : *find_command(app_, parents.front());
}

const CLI::Option& ConfigFile::option_of(const Setting& setting) const {
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
                   hint_for(item.name, app_, table));
  }
  return *option;
}

void ConfigFile::check_values(const Setting& setting, const CLI::Option& option) const {
  const CLI::ConfigItem& item = setting.item;
  const bool is_flag = option.get_expected_min() == 0;
  const bool several = takes_several(option);
  if (!setting.is_whole) {
    // The value is not shown, because it may be a secret.
    throw error_at(setting.line, item.name + ": expected one value, in quotes or without spaces",
                   several ? "write several values as an array, such as [a, b]" : "");
  }
  if (is_flag && (setting.is_array || !truth(item.inputs))) {
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

// Puts the home directory in the place of a "~" at the start of a path, which no shell has seen.
void ConfigFile::expand_home(Setting& setting, const ValueType* type) const {
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

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& in) const {
  if (wants_text_only(app_)) return {};
  if (!reading_.bytes) reading_.bytes = read_limited(in);
  const std::string& bytes = *reading_.bytes;
  const auto path = app_.get_config_ptr()->as<std::string>();
  if (in.bad()) throw Error(ErrorCode::io_error, "--config: cannot read " + path);
  if (bytes.size() > kMaxSize) {
    throw Error(ErrorCode::io_error, "--config: expected at most 1 MiB, got more from " + path);
  }
  const bool store_in_environment = !world_.environment(kStoreVariable).value_or("").empty();
  const auto chosen = app_.get_subcommands();
  std::vector<CLI::ConfigItem> settings;
  for (Setting& setting : read(bytes)) {
    CLI::ConfigItem& item = setting.item;
    const bool of_other_command =
        !item.parents.empty() &&
        (chosen.empty() || item.parents.front() != chosen.front()->get_name());
    if (of_other_command) continue;
    if (setting.problem) throw *setting.problem;
    const CLI::Option& option = option_of(setting);
    check_values(setting, option);
    if (store_in_environment && item.parents.empty() && item.name == "store") continue;
    if (option.count() > 0) continue;  // the command line wins
    const std::string name = kDashes + option.get_lnames().front();
    if (reading_.left_out.contains(name)) continue;
    const auto [place, is_new] = lines_.emplace(name, setting.line);
    if (!is_new) {
      throw error_at(setting.line,
                     "option " + in_quotes(item.name) + " is already set in line " +
                         std::to_string(place->second),
                     takes_several(option)
                         ? "give several values as an array, such as option = [a, b]"
                         : "keep one of the two lines");
    }
    expand_home(setting, type_of(table_of(setting), option));
    settings.push_back(std::move(item));
  }
  return settings;
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
    const auto place = lines_.find(subject);
    if (place == lines_.end()) continue;
    // In the file, the option has no dashes.
    std::string message = error.what();
    if (message.starts_with(subject + ":")) message.erase(0, kDashes.size());
    const Error usage = error_at(place->second, message, error.hint());
    return Error(error.code(), usage.what(), usage.hint());
  }
  return error;
}

}  // namespace slotflow
