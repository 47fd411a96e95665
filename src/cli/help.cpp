#include "cli/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "domain/text.h"
#include "report/display_width.h"
#include "report/wrap.h"

namespace slotflow {

// What stands on the left, and what it means.
struct HelpFormatter::Entry {
  std::string name;
  std::string meaning;
};

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;  // spaces between a name and its meaning

std::string in_one_paragraph(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

bool is_shown(const CLI::Option& option) {
  return !option.get_group().empty();
}

// Returns "EVENT", "[URL]" or "[URL...]".
std::string usage_of(const CLI::Option& argument) {
  const bool repeats = argument.get_expected_max() >= CLI::detail::expected_max_vector_size;
  const std::string name = argument.get_name(true, false) + (repeats ? "..." : "");
  return argument.get_required() ? name : "[" + name + "]";
}

std::vector<const CLI::Option*> arguments_of(const CLI::App& app) {
  return app.get_options(
      [](const CLI::Option* option) { return is_shown(*option) && option->get_positional(); });
}

std::vector<const CLI::Option*> declared_options(const CLI::App& app) {
  return app.get_options(
      [](const CLI::Option* option) { return is_shown(*option) && option->nonpositional(); });
}

// Returns "--timeout DURATION".
std::string name_of(const CLI::Option& option) {
  const std::string value = option.get_type_name();
  const bool takes_value = option.get_expected_max() > 0 && !value.empty();
  return option.get_name(false, true) + (takes_value ? " " + value : "");
}

std::string meaning_of(const CLI::Option& option) {
  return option.get_description() + (option.get_required() ? " (required)" : "");
}

std::string usage_line(const CLI::App& app, const std::string& name) {
  std::string text = "Usage: " + name + " [OPTIONS]";
  for (const CLI::Option* argument : arguments_of(app)) text += " " + usage_of(*argument);
  if (app.get_parent() == nullptr) text += " COMMAND";
  return text;
}

// Returns the width of the widest word of the meanings, at most `columns`.
template <typename Entries>
std::size_t widest_word(const Entries& entries, std::size_t columns) {
  std::size_t widest = 0;
  for (const auto& entry : entries) {
    const std::string meaning = in_one_paragraph(entry.meaning);
    for (const std::string_view word : split(meaning, ' ')) {
      widest = std::max(widest, display_width(word));
    }
  }
  return std::min(widest, columns);
}

}  // namespace

HelpFormatter::HelpFormatter(std::size_t columns) : columns_(columns) {}

std::string HelpFormatter::paragraph(const std::string& text) const {
  return wrapped(in_one_paragraph(text), columns_, 0) + "\n";
}

std::string HelpFormatter::section(const std::string& title,
                                   const std::vector<Entry>& entries) const {
  // The meanings begin in one column, right of most names.
  const std::size_t widest_name = columns_ * 3 / 8;
  std::size_t left = 0;
  for (const Entry& entry : entries) {
    const std::size_t width = kIndent + display_width(entry.name) + kGap;
    if (width <= widest_name) left = std::max(left, width);
  }
  if (left == 0) left = widest_name / 2;
  left = std::max(2 * kIndent, std::min(left, columns_ - widest_word(entries, columns_)));
  std::string text = "\n" + title + ":\n";
  for (const Entry& entry : entries) {
    std::string line = std::string(kIndent, ' ') + entry.name;
    const std::size_t width = display_width(line);
    if (width + kGap > left) {
      text += line + "\n";
      line.assign(left, ' ');
    } else {
      line.append(left - width, ' ');
    }
    text += wrapped(line + in_one_paragraph(entry.meaning), columns_, left) + "\n";
  }
  return text;
}

std::string HelpFormatter::groups(const CLI::App& app) const {
  std::vector<std::pair<std::string, std::vector<Entry>>> groups;
  for (const CLI::Option* option : declared_options(app)) {
    if (option == app.get_help_ptr() && app.get_parent() != nullptr) continue;
    const std::string& title = option->get_group();
    auto group = std::ranges::find(groups, title, [](const auto& each) { return each.first; });
    if (group == groups.end()) group = groups.insert(group, {title, {}});
    group->second.push_back({name_of(*option), meaning_of(*option)});
  }
  std::string text;
  for (const auto& [title, entries] : groups) text += section(title, entries);
  return text;
}

// The program describes them; its commands only have their names.
std::string HelpFormatter::global_options(const CLI::App& app) const {
  if (app.get_parent() == nullptr) return "";
  std::string names;
  for (const CLI::Option* option : declared_options(*app.get_parent())) {
    if (option == app.get_parent()->get_version_ptr()) continue;
    names += (names.empty() ? "  " : ", ") + option->get_name(false, true);
  }
  return "\nGlobal options (see slotflow-hooks --help):\n" + wrapped(names, columns_, kIndent) +
         "\n\n" + paragraph("Manual: man slotflow-hooks-" + app.get_name());
}

std::string HelpFormatter::examples(const CLI::App& app) const {
  const auto* command = dynamic_cast<const Command*>(&app);
  if (command == nullptr || command->examples().empty()) return "";
  std::string text = "\nExamples:\n";
  for (const Example& example : command->examples()) {
    // Its command is not wrapped, so that it can be copied.
    text += wrapped("  " + example.purpose + ":", columns_, kIndent) + "\n";
    text += CLI::detail::find_and_replace("\n" + example.command, "\n", "\n    ").substr(1) + "\n";
  }
  return text;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string text = paragraph(app->get_description()) + "\n" + paragraph(usage_line(*app, name));
  std::vector<Entry> entries;
  for (const CLI::Option* argument : arguments_of(*app)) {
    entries.push_back({argument->get_name(true, false), meaning_of(*argument)});
  }
  if (!entries.empty()) text += section("Arguments", entries);
  entries.clear();
  for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; })) {
    entries.push_back({command->get_name(), command->get_description()});
  }
  if (!entries.empty()) text += section("Commands", entries);
  return text + groups(*app) + global_options(*app) + examples(*app);
}

}  // namespace slotflow
