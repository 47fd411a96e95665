#include "cli/command.h"

#include <cerrno>
#include <exception>

namespace slotflow {

CLI::Option* find_option(CLI::App& app, CLI::App* command, const std::string& name) {
  CLI::Option* found = command != nullptr ? command->get_option_no_throw(name) : nullptr;
  return found != nullptr ? found : app.get_option_no_throw(name);
}

bool takes_next_word(CLI::App& app, CLI::App* command, const std::string& word) {
  if (word.size() < 2 || word.front() != '-' || word.find('=') != std::string::npos) return false;
  const CLI::Option* option = find_option(app, command, word);
  return option != nullptr && option->get_expected_min() > 0;
}

std::optional<bool> flag_value(const std::string& text) {
  errno = 0;
  try {
    const auto value = CLI::detail::to_flag_value(text);
    if (errno == 0) return value > 0;  // CLI11 2.4 sets it instead of throwing
  } catch (const std::exception&) {
  }
  return std::nullopt;
}

CLI::Option* declare(CLI::App& app, CLI::Option* option, const ValueType& type) {
  if (auto* command = dynamic_cast<Command*>(&app)) command->declare(*option, type);
  // A positional argument is known by its own name.
  return option->type_name(option->nonpositional() ? type.placeholder : "");
}

void begin_group(CLI::App& app, const std::string& title) {
  app.option_defaults()->group(title);
}

void set_examples(CLI::App& app, std::vector<Example> examples) {
  if (auto* command = dynamic_cast<Command*>(&app)) command->set_examples(std::move(examples));
}

const ValueType* type_of(const CLI::App& app, const CLI::Option& option) {
  const auto* command = dynamic_cast<const Command*>(&app);
  return command == nullptr ? nullptr : command->type_of(option);
}

}  // namespace slotflow
