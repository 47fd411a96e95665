#include "cli/complete.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/words.h"
#include "conformance/suite.h"
#include "domain/text.h"
#include "report/escape.h"
#include "store/registry.h"

namespace slotflow {

namespace {

struct Candidate {
  std::string value;
  std::string description;
  bool is_file_name = false;  // not a value: the shell completes the name of a file
};
using Candidates = std::vector<Candidate>;

Candidates plain(const std::vector<std::string>& values) {
  Candidates candidates;
  for (const std::string& value : values) candidates.push_back({value, ""});
  return candidates;
}

// What the words before the one being completed mean.
struct Position {
  CLI::App* command = nullptr;    // null: the word is the name of the command
  CLI::Option* option = nullptr;  // the word is its value
  std::string store;              // from --store
  bool is_unknown = false;        // there is no command of that name
  bool in_other_command = false;  // the word belongs to a command that this one runs
  std::size_t arguments = 0;      // of the command, before the word
  std::vector<std::string> options;
};

bool runs_another(const CLI::App* command) {
  const auto* own = dynamic_cast<const Command*>(command);
  return own != nullptr && own->command_words != nullptr;
}

Position locate(CLI::App& app, const std::vector<std::string>& words) {
  Position position;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (position.option != nullptr) {
      if (position.option->check_lname("store")) position.store = word;
      position.option = nullptr;
    } else if (word == "--" && runs_another(position.command)) {
      position.in_other_command = true;
      return position;
    } else if (word.size() > 1 && word.front() == '-') {
      const auto equals = word.find('=');
      position.options.push_back(word.substr(0, equals));
      CLI::Option* option = find_option(app, position.command, word.substr(0, equals));
      if (equals != std::string::npos && option != nullptr && option->check_lname("store")) {
        position.store = word.substr(equals + 1);
      }
      const bool takes_value = option != nullptr && option->get_expected_min() > 0;
      if (takes_value && equals == std::string::npos) position.option = option;
    } else if (position.command == nullptr && !position.is_unknown) {
      position.command = find_command(app, std::string(our_name(word)));
      position.is_unknown = position.command == nullptr;
    } else {
      ++position.arguments;
    }
  }
  return position;
}

Candidates stored_webhooks(const Position& position, const World& world) {
  Candidates candidates;
  try {
    for (const Webhook& webhook : Registry(store_path(position.store, world)).read().webhooks) {
      candidates.push_back({webhook.id, webhook.url});
      candidates.push_back({webhook.url, ""});
    }
  } catch (const std::exception&) {
  }
  return candidates;
}

// Returns the checks; before the first one of each section, the section if `with_sections`.
Candidates checks(bool with_sections) {
  Candidates candidates;
  std::string_view section;
  for (const Check* check : all_checks()) {
    const bool is_new = check->info.section() != std::exchange(section, check->info.section());
    if (with_sections && is_new) candidates.push_back({std::string(section), ""});
    candidates.push_back({std::string(check->info.id), std::string(check->info.title)});
  }
  return candidates;
}

// Returns the argument of the command that comes after `before` others, or null.
const CLI::Option* argument_at(const CLI::App& command, std::size_t before) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const auto takes = static_cast<std::size_t>(option->get_items_expected_max());
    if (before < takes) return option;
    before -= takes;
  }
  return nullptr;
}

// Returns the type of the value that is being completed, or null if no value is expected.
const ValueType* expected_value(const CLI::App& app, const Position& position) {
  const CLI::Option* option = position.option;
  if (option == nullptr && position.command != nullptr) {
    option = argument_at(*position.command, position.arguments);
  }
  if (option == nullptr) return nullptr;
  const ValueType* type =
      position.command != nullptr ? type_of(*position.command, *option) : nullptr;
  return type != nullptr ? type : type_of(app, *option);
}

Candidates values_of(const ValueType& type, const Position& position, const World& world) {
  switch (type.kind) {
    case ValueKind::file:
      return {{"", "", true}};
    case ValueKind::webhook:
      return stored_webhooks(position, world);
    case ValueKind::check:
      return checks(false);
    case ValueKind::check_or_section:
      return checks(true);
    case ValueKind::choice:
      return plain(type.choices);
    case ValueKind::text:
    case ValueKind::number:
    case ValueKind::duration:
    case ValueKind::time:
    case ValueKind::url:
      return {};
  }
  return {};
}

// Joins the lines of a help text: a description has only one.
std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Candidates options_of(const CLI::App& app, const Position& position) {
  Candidates candidates;
  for (const CLI::Option* option : app.get_options()) {
    const bool repeatable = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    for (const std::string& name : option->get_lnames()) {
      // Under any of its names.
      const bool given = std::ranges::any_of(
          position.options, [&](const std::string& word) { return option->check_name(word); });
      if (!given || repeatable) {
        candidates.push_back({"--" + name, in_one_line(option->get_description())});
      }
    }
  }
  return candidates;
}

Candidates commands_of(const CLI::App& app) {
  Candidates commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back({command->get_name(), in_one_line(command->get_description())});
  }
  return commands;
}

// Returns the options that may follow: those of the command, and the global ones.
Candidates options_at(const CLI::App& app, const Position& position) {
  Candidates candidates;
  if (position.command != nullptr) candidates = options_of(*position.command, position);
  for (Candidate& candidate : options_of(app, position)) {
    const bool twice = std::ranges::any_of(
        candidates, [&](const Candidate& other) { return other.value == candidate.value; });
    const bool of_program = candidate.value == "--version" && position.command != nullptr;
    if (!twice && !of_program) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// `type` is that of the expected value, or null.
Candidates candidates_at(const CLI::App& app, const Position& position, const std::string& word,
                         const ValueType* type, const World& world) {
  if (type != nullptr) return values_of(*type, position, world);
  if (position.option != nullptr || position.is_unknown) return {};
  if (word.starts_with('-')) return options_at(app, position);
  return position.command == nullptr ? commands_of(app) : Candidates{};
}

}  // namespace

int print_completions(CLI::App& app, const std::vector<std::string>& words, World& world) {
  std::string word = words.empty() ? "" : words.back();
  Position position = locate(app, words);
  if (position.in_other_command) {
    world.out << ":file\n" << std::flush;
    return exit_code::kYes;
  }
  std::string before;  // for "--color=al" only the value is completed
  const auto equals = word.find('=');
  if (position.option == nullptr && word.starts_with("--") && equals != std::string::npos) {
    position.option = find_option(app, position.command, word.substr(0, equals));
    before = word.substr(0, equals + 1);
    word = word.substr(equals + 1);
    if (position.option == nullptr) return exit_code::kYes;
  }
  const bool is_option = position.option == nullptr && word.starts_with('-');
  const ValueType* type = is_option ? nullptr : expected_value(app, position);
  if (type != nullptr && type->is_list) {
    const auto comma = word.rfind(',');  // the last item of a list is completed
    if (comma != std::string::npos) {
      before += word.substr(0, comma + 1);
      word = word.substr(comma + 1);
    }
  }
  const auto listed = split(std::string_view(before).substr(before.find('=') + 1), ',');
  for (const Candidate& candidate : candidates_at(app, position, word, type, world)) {
    if (candidate.is_file_name) {
      world.out << ":file\n";
      continue;
    }
    if (std::ranges::find(listed, candidate.value) != listed.end()) continue;
    if (!candidate.value.starts_with(word)) continue;
    world.out << before + safe_line(candidate.value);
    if (!candidate.description.empty()) world.out << '\t' << safe_line(candidate.description);
    world.out << '\n';
  }
  world.out << std::flush;
  return exit_code::kYes;
}

}  // namespace slotflow
