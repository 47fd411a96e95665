#include "cli/command.h"

namespace slotflow {

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
