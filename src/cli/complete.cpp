#include "cli/complete.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

#include "cli/config_file.h"
#include "cli/context.h"
#include "conformance/suite.h"
#include "domain/booking.h"
#include "domain/event.h"
#include "domain/fault.h"
#include "domain/signing.h"
#include "domain/text.h"
#include "domain/webhook.h"
#include "report/escape.h"
#include "store/registry.h"

namespace slotflow {

namespace {

struct Candidate {
  std::string value;
  std::string description;
};
using Candidates = std::vector<Candidate>;

Candidates plain(const std::vector<std::string>& values) {
  Candidates candidates;
  for (const std::string& value : values) candidates.push_back({value, ""});
  return candidates;
}

// What stands before the word, as far as it matters.
struct Position {
  CLI::App* command = nullptr;    // none: the command itself is being named
  CLI::Option* option = nullptr;  // whose value is being given
  std::string store;              // from --store
  std::size_t arguments = 0;      // of the command, before the word
  std::vector<std::string> options;
};

CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

CLI::Option* find_option(CLI::App& app, CLI::App* command, const std::string& name) {
  CLI::Option* found = command != nullptr ? command->get_option_no_throw(name) : nullptr;
  return found != nullptr ? found : app.get_option_no_throw(name);
}

Position locate(CLI::App& app, const std::vector<std::string>& words) {
  Position position;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (position.option != nullptr) {
      if (position.option->check_lname("store")) position.store = word;
      position.option = nullptr;
    } else if (word.size() > 1 && word.front() == '-') {
      const auto equals = word.find('=');
      position.options.push_back(word.substr(0, equals));
      CLI::Option* option = find_option(app, position.command, word.substr(0, equals));
      if (equals != std::string::npos && option != nullptr && option->check_lname("store")) {
        position.store = word.substr(equals + 1);
      }
      const bool takes_value = option != nullptr && option->get_expected_max() > 0;
      if (takes_value && equals == std::string::npos) position.option = option;
    } else if (position.command == nullptr) {
      position.command = find_command(app, word);
      if (position.command == nullptr) position.arguments = 1;  // no command of ours
    } else {
      ++position.arguments;
    }
  }
  return position;
}

Candidates stored_webhooks(const Position& position, const World& world) {
  Candidates candidates;
  try {
    std::string path = position.store;
    if (path.empty()) path = world.environment(kStoreVariable).value_or("");
    if (path.empty()) path = default_store(world);
    for (const Webhook& webhook : Registry(path).read().webhooks) {
      candidates.push_back({webhook.id, webhook.url});
      candidates.push_back({webhook.url, ""});
    }
  } catch (const std::exception&) {
  }
  return candidates;
}

// Sections, and the checks in them.
Candidates check_names() {
  Candidates candidates;
  for (const Check* check : all_checks()) {
    const std::string section(check->info.section());
    const bool is_new = std::ranges::none_of(
        candidates, [&](const Candidate& other) { return other.value == section; });
    if (is_new) candidates.push_back({section, ""});
    candidates.push_back({std::string(check->info.id), std::string(check->info.title)});
  }
  return candidates;
}

// The values of an option, by what its help calls them.
Candidates option_values(const Position& position, const World& world) {
  const std::string type = position.option->get_type_name();
  if (type == "FILE" || type == "FILE|-") return plain({":file"});
  if (type == "LIST") return plain(event_choices(true));
  if (type == "KIND[:P]") return plain(fault_choices());
  if (type == "ID,...") return check_names();
  if (type == "EVENT") return plain(event_choices(false));
  if (type == "ID") return stored_webhooks(position, world);
  // Of "auto|always|never" each part is a value; what users put in their own words for, such as
  // KEY=VALUE or A..B, is written in capitals.
  const bool choices = type.find('|') != std::string::npos &&
                       std::ranges::none_of(type, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (choices) {
    const auto parts = split(type, '|');
    return plain({parts.begin(), parts.end()});
  }
  return {};
}

Candidates argument_values(const Position& position, const World& world) {
  const std::string command = position.command->get_name();
  if (command == "delete") return stored_webhooks(position, world);
  if (position.arguments > 0) return {};
  if (command == "fire") return plain(event_choices(false));
  if (command == "plan") return plain(plan_choices());
  if (command == "completion") return plain({"bash", "zsh", "fish"});
  return {};
}

// Help texts have lines of their own; a description has one.
std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Candidates options_of(const CLI::App& app, const Position& position) {
  Candidates candidates;
  for (const CLI::Option* option : app.get_options()) {
    const bool repeatable = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    for (const std::string& name : option->get_lnames()) {
      // By whichever of its names.
      const bool given = std::ranges::any_of(
          position.options, [&](const std::string& word) { return option->check_name(word); });
      if (!given || repeatable) {
        candidates.push_back({"--" + name, in_one_line(option->get_description())});
      }
    }
  }
  return candidates;
}

Candidates candidates_at(CLI::App& app, const Position& position, const std::string& word,
                         const World& world) {
  if (position.command == nullptr && position.arguments > 0) return {};
  if (position.option != nullptr) return option_values(position, world);
  if (!word.starts_with('-')) {
    if (position.command != nullptr) return argument_values(position, world);
    Candidates commands;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      commands.push_back({command->get_name(), in_one_line(command->get_description())});
    }
    return commands;
  }
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

}  // namespace

int print_completions(CLI::App& app, const std::vector<std::string>& words, World& world) {
  std::string word = words.empty() ? "" : words.back();
  Position position = locate(app, words);
  std::string before;  // of "--color=al" only the value is being completed
  const auto equals = word.find('=');
  if (position.option == nullptr && word.starts_with("--") && equals != std::string::npos) {
    position.option = find_option(app, position.command, word.substr(0, equals));
    before = word.substr(0, equals + 1);
    word = word.substr(equals + 1);
    if (position.option == nullptr) return exit_code::kYes;
  }
  if (position.option != nullptr && (position.option->get_type_name() == "LIST" ||
                                     position.option->get_type_name() == "ID,...")) {
    const auto comma = word.rfind(',');  // the last of a list is being completed
    if (comma != std::string::npos) {
      before += word.substr(0, comma + 1);
      word = word.substr(comma + 1);
    }
  }
  const auto listed = split(std::string_view(before).substr(before.find('=') + 1), ',');
  for (const Candidate& candidate : candidates_at(app, position, word, world)) {
    if (std::ranges::find(listed, candidate.value) != listed.end()) continue;
    const bool is_file = candidate.value == ":file";
    if (!is_file && !candidate.value.starts_with(word)) continue;
    world.out << (is_file ? candidate.value : before + safe_line(candidate.value));
    if (!candidate.description.empty()) world.out << '\t' << safe_line(candidate.description);
    world.out << '\n';
  }
  world.out << std::flush;
  return exit_code::kYes;
}

}  // namespace slotflow
