#include "cli/config_settings.h"

#include <sstream>
#include <string_view>
#include <utility>

#include "cli/config_values.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

// The lines of a file.
class ConfigLines {
 public:
  explicit ConfigLines(const std::string& bytes) : in_(bytes) {}

  // Goes to the next line. Returns false if there is none.
  bool next();
  bool table_follows() { return in_.peek() == '['; }
  std::size_t number() const { return number_; }  // of the line, from 1
  // Returns the line without white space around it and without a comment.
  const std::string& text() const { return text_; }
  bool is_utf8_text() const { return is_utf8_text_; }

 private:
  std::istringstream in_;
  std::size_t number_ = 0;
  std::string text_;
  bool is_utf8_text_ = true;
};

bool ConfigLines::next() {
  if (!std::getline(in_, text_)) return false;
  ++number_;
  is_utf8_text_ = is_utf8(text_) && text_.find('\0') == std::string::npos;
  if (number_ == 1 && text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
  text_ = trimmed(without_comment(text_));
  return true;
}

// Lets CLI11 read the name of a setting. `table` is the line that begins its table, or empty. Its
// value would depend on the version of CLI11.
CLI::ConfigItem config_item(const std::string& table, const std::string& key) {
  CLI::ConfigTOML reader;
  reader.comment('\0');  // there are none left
  std::istringstream in(table + "\n" + key + " = 1\n");
  for (CLI::ConfigItem& item : reader.from_config(in)) {
    const bool begins_or_ends_table = item.name == "++" || item.name == "--";
    if (!begins_or_ends_table) return std::move(item);
  }
  return {};
}

ConfigSetting::Problem not_text() {
  return {"expected UTF-8 text, got other bytes", "save the file as UTF-8"};
}

// Reads what follows the first line of an array into `value`.
void read_array(ConfigLines& lines, std::string& value, ConfigSetting& setting) {
  while (!value.ends_with(']')) {
    if (lines.table_follows() || !lines.next()) {
      if (!setting.problem) setting.problem = {"the array does not end with ']'", ""};
      return;
    }
    if (!lines.is_utf8_text() && !setting.problem) {
      setting.problem = not_text();
      setting.line = lines.number();
    }
    value += " " + lines.text();
  }
}

// Reads the setting that begins with this line.
ConfigSetting read_setting(ConfigLines& lines, const std::string& table) {
  const std::string line = lines.text();
  const auto equals = line.find('=');
  ConfigSetting setting;
  setting.line = lines.number();
  if (equals == std::string::npos || equals == 0) {
    setting.item = config_item(table, "any");
    // The line is not shown, because it may be a secret.
    setting.problem = {
        "the line is not of the form option = value",
        "write one option = value per line, and option = true for an option without a value"};
    if (!lines.is_utf8_text()) setting.problem = not_text();
    return setting;
  }
  if (!lines.is_utf8_text()) setting.problem = not_text();
  setting.item = config_item(table, line.substr(0, equals));
  std::string value(trimmed(std::string_view(line).substr(equals + 1)));
  setting.is_array = value.starts_with('[');
  if (setting.is_array) read_array(lines, value, setting);
  if (setting.problem) return setting;
  ConfigValues values = read_config_values(value);
  setting.item.inputs = std::move(values.texts);
  setting.is_whole = values.is_whole;
  if (!values.bad_escape.empty()) {
    setting.problem = {
        setting.item.name + ": TOML has no escape " + values.bad_escape + " in double quotes",
        "write the value in single quotes, or each backslash twice"};
  }
  return setting;
}

// Returns "[fire]" for "[ fire ]", which CLI11 reads as another name.
std::string without_spaces_in_brackets(std::string_view table) {
  const bool is_double = table.starts_with("[[") && table.ends_with("]]");
  const std::size_t brackets = is_double ? 2 : 1;
  const std::string_view name = table.substr(brackets, table.size() - 2 * brackets);
  return "[" + std::string(trimmed(name)) + "]";
}

// Reads the name of a table into `table`, as CLI11 reads it.
ConfigSetting read_table(const ConfigLines& lines, std::string& table) {
  ConfigSetting setting;
  setting.line = lines.number();
  setting.begins_table = true;
  table = lines.text();
  if (!table.ends_with(']')) {
    setting.problem = {"the name of the table does not end with ']'", ""};
    table += ']';
  }
  table = without_spaces_in_brackets(table);
  if (!lines.is_utf8_text()) setting.problem = not_text();
  setting.item = config_item(table, "any");
  return setting;
}

}  // namespace

std::vector<ConfigSetting> read_config(const std::string& bytes) {
  std::vector<ConfigSetting> settings;
  ConfigLines lines(bytes);
  std::string table;
  while (lines.next()) {
    const std::string& line = lines.text();
    const bool is_blank_line = line.empty() || line.starts_with(';');
    if (is_blank_line && lines.is_utf8_text()) continue;
    const bool names_table =
        line.starts_with('[') && (line.ends_with(']') || line.find('=') == std::string::npos);
    settings.push_back(names_table ? read_table(lines, table) : read_setting(lines, table));
  }
  return settings;
}

}  // namespace slotflow
