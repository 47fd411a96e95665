#include "cli/help.h"

#include <sstream>

#include <doctest/doctest.h>

#include "cli/command.h"
#include "cli/program.h"
#include "report/display_width.h"
#include "support/surroundings.h"

using namespace slotflow;
using test::Surroundings;

namespace {

std::string help_of(std::size_t columns) {
  Command app("Program", "tool");
  app.set_help_flag("-h,--help", "Print this help");
  app.formatter(std::make_shared<HelpFormatter>(columns));
  const auto command = std::make_shared<Command>("Do it", "do", &app);
  app.add_subcommand(command);
  int number = 0;
  bool flag = false;
  declare(*command, command->add_option("WHAT", number, "What to do"), value::text("WHAT"))
      ->required();
  begin_group(*command, "Speed");
  declare(*command, command->add_option("--rate", number, "How often\nit is done"),
          value::number("N"));
  begin_group(*command, "Output");
  command->add_flag("-l,--long", flag, "More");
  set_examples(*command, {{"Do one thing", "tool do it \\\n  --rate 3"}});
  return command->help("tool");
}

}  // namespace

TEST_CASE("help: options are in groups, and examples end it") {
  CHECK(help_of(80) ==
        "Do it\n"
        "\n"
        "Usage: tool do [OPTIONS] WHAT\n"
        "\n"
        "Arguments:\n"
        "  WHAT  What to do (required)\n"
        "\n"
        "Speed:\n"
        "  --rate N  How often it is done\n"
        "\n"
        "Output:\n"
        "  -l,--long  More\n"
        "\n"
        "Global options (see slotflow-hooks --help):\n"
        "  -h,--help\n"
        "\n"
        "Manual: man slotflow-hooks-do\n"
        "\n"
        "Examples:\n"
        "  Do one thing:\n"
        "    tool do it \\\n"
        "      --rate 3\n");
}

TEST_CASE("help: descriptions are wrapped to the right of their options") {
  CHECK(help_of(20).find("  --rate N\n    How often it is\n    done\n") != std::string::npos);
}

TEST_CASE("help: every command has examples that fit a narrow terminal") {
  Surroundings here;
  const Program program(here.world);
  const auto check = [](const CLI::App& app) {
    CAPTURE(app.get_name());
    const auto* command = dynamic_cast<const Command*>(&app);
    REQUIRE(command != nullptr);
    CHECK(command->examples().size() == 2);
    for (const Example& example : command->examples()) {
      std::istringstream lines(example.command);
      for (std::string line; std::getline(lines, line);) CHECK(display_width(line) <= 56);
    }
  };
  check(program.app);
  for (const CLI::App* command :
       program.app.get_subcommands([](const CLI::App*) { return true; })) {
    check(*command);
  }
}
