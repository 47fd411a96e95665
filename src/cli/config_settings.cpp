#include "cli/config_settings.h"

#include <sstream>
#include <string_view>
#include <utility>

#include "domain/utf8.h"

namespace slotflow {

namespace {

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
  text_ = without_comment(text_);
  return true;
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

// Lets CLI11 read one setting of a table. `table` is the line that begins it, or empty.
CLI::ConfigItem config_item(const std::string& table, const std::string& text) {
  CLI::ConfigTOML reader;
  reader.comment('\0');  // there are none left
  std::istringstream in(table + "\n" + text + "\n");
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
    setting.item = config_item(table, "any = 1");
    // The line is not shown, because it may be a secret.
    setting.problem = {
        "the line is not of the form option = value",
        "write one option = value per line, and option = true for an option without a value"};
    if (!lines.is_utf8_text()) setting.problem = not_text();
    return setting;
  }
  if (!lines.is_utf8_text()) setting.problem = not_text();
  const std::string key = line.substr(0, equals);
  std::string value = CLI::detail::trim_copy(line.substr(equals + 1));
  setting.is_array = value.starts_with('[');
  if (setting.is_array) read_array(lines, value, setting);
  const std::string read = setting.problem ? "1" : without_last_comma(value);
  setting.item = config_item(table, key + " = " + read);
  setting.is_whole = is_whole(value, setting.item.inputs.size());
  return setting;
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
  if (!lines.is_utf8_text()) setting.problem = not_text();
  setting.item = config_item(table, "any = 1");
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
