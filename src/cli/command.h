// A command of the parser that knows the types of its options' values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/value_type.h"

namespace slotflow {

// A command line to copy. It is in the man page of its command, too.
struct Example {
  std::string purpose;  // "Send an event to every webhook"
  std::string command;  // its lines have at most 56 characters, to fit a narrow terminal
};

// The program itself is the command without a parent.
class Command : public CLI::App {
 public:
  Command(const std::string& help, const std::string& name, CLI::App* parent = nullptr)
      : CLI::App(help, name, parent) {}

  // Receives the words after "--", unparsed, if the command runs another one; else null.
  std::vector<std::string>* command_words = nullptr;

  void declare(const CLI::Option& option, ValueType type) {
    types_.insert_or_assign(&option, std::move(type));
  }

  // Returns null for an option that is not of this command, or that takes no value.
  const ValueType* type_of(const CLI::Option& option) const {
    const auto found = types_.find(&option);
    return found == types_.end() ? nullptr : &found->second;
  }

  const std::vector<Example>& examples() const { return examples_; }
  void set_examples(std::vector<Example> examples) { examples_ = std::move(examples); }

 private:
  std::map<const CLI::Option*, ValueType> types_;
  std::vector<Example> examples_;
};

// Returns the command of this name, or null.
template <typename App>
App* find_command(App& app, const std::string& name) {
  for (App* command : app.get_subcommands([](App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// Returns the option of `command`, which may be null, or of the program `app` with this name (with
// its dashes), or null.
CLI::Option* find_option(CLI::App& app, CLI::App* command, const std::string& name);

// Returns whether `word` is an option whose value is always the next word.
bool takes_next_word(CLI::App& app, CLI::App* command, const std::string& word);

// Returns what an option without a value is set to by "=TEXT" or by the config file; nullopt if
// TEXT is not a form of true or false.
std::optional<bool> flag_value(const std::string& text);

// Declares the type of `option` in `app`, and shows its placeholder in the help. An `app` that is
// not a Command only has the help.
CLI::Option* declare(CLI::App& app, CLI::Option* option, const ValueType& type);

// Puts the options that are added from here on into this group of the help.
void begin_group(CLI::App& app, const std::string& title);

// Sets the examples that end the help.
void set_examples(CLI::App& app, std::vector<Example> examples);

// Returns the type of an option of `app`, or null.
const ValueType* type_of(const CLI::App& app, const CLI::Option& option);

}  // namespace slotflow
