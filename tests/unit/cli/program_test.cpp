#include "cli/program.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/surroundings.h"

using namespace slotflow;
using test::Surroundings;

namespace {

// Checks every option of `app` that takes a value, and returns their number.
std::size_t check_types(const CLI::App& app) {
  std::size_t count = 0;
  for (const CLI::Option* option : app.get_options()) {
    CAPTURE(app.get_name());
    CAPTURE(option->get_name());
    const ValueType* type = type_of(app, *option);
    CHECK((type != nullptr) == (option->get_expected_max() > 0));
    if (type == nullptr) continue;
    ++count;
    CHECK_FALSE(type->placeholder.empty());
    CHECK((type->kind == ValueKind::choice) == !type->choices.empty());
    if (option->nonpositional()) CHECK(option->get_type_name() == type->placeholder);
  }
  return count;
}

}  // namespace

TEST_CASE("program: every option that takes a value declares the type of the value") {
  Surroundings here;
  const Program program(here.world);
  CHECK(check_types(program.app) == 4);  // --store, --color, --history-keep, --config
  std::size_t count = 0;
  for (const CLI::App* command :
       program.app.get_subcommands([](const CLI::App*) { return true; })) {
    count += check_types(*command);
  }
  CHECK(count > 60);
}

TEST_CASE(
    "program: for a command line, commands that it does not name have no options but --help") {
  Surroundings here;
  const Program all(here.world);
  const std::vector<std::string> words{"--json", "ls", "-q", "--sign.help"};
  const Program one(here.world, &words);
  for (const CLI::App* command : one.app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string& name = command->get_name();
    CAPTURE(name);
    const bool named = name == "list" || name == "sign";
    const CLI::App& complete = *all.app.get_subcommand(name);
    CHECK(command->get_options().size() == (named ? complete.get_options().size() : 1));
  }
}
