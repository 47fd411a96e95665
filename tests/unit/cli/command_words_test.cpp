#include "cli/command_words.h"

#include <doctest/doctest.h>

#include "cli/command.h"
#include "domain/error.h"

using namespace slotflow;

namespace {

using Words = std::vector<std::string>;

// A program with the command `run`, which takes words, and the command `plain`, which does not.
struct Parser {
  Parser() {
    for (const char* name : {"run", "plain"}) {
      const auto command = std::make_shared<Command>("", name, &app);
      app.add_subcommand(command);
      command->add_option("--value", value);
      command->add_flag("--flag");
    }
    find("run").command_words = &words;
  }
  Command& find(const std::string& name) {
    return dynamic_cast<Command&>(*find_command<CLI::App>(app, name));
  }

  Command app{"", "program"};
  std::string value;
  Words words;
};

}  // namespace

TEST_CASE("command words: are what follows the first --") {
  const std::pair<Words, std::pair<Words, Words>> rows[] = {
      {{"run", "--", "a"}, {{"run"}, {"a"}}},
      {{"run", "--flag", "--", "--flag", "--", ""}, {{"run", "--flag"}, {"--flag", "--", ""}}},
      {{"run", "--value", "--", "--", "a"}, {{"run", "--value", "--"}, {"a"}}},
      {{"run", "--value=--", "--", "a"}, {{"run", "--value=--"}, {"a"}}},
      {{"run", "--value="}, {{"run", "--value="}, {}}},
      {{"run", "--value"}, {{"run", "--value"}, {}}},
      {{"run", "a"}, {{"run", "a"}, {}}},
      {{"plain", "--", "a"}, {{"plain", "--", "a"}, {}}},
      {{"--", "run", "--", "a"}, {{"--", "run", "--", "a"}, {}}},
      {{}, {{}, {}}},
  };
  for (const auto& [args, expected] : rows) {
    CAPTURE(CLI::detail::join(args, " "));
    Parser parser;
    CHECK(without_command_words(parser.app, args) == expected.first);
    CHECK(parser.words == expected.second);
  }
}

TEST_CASE("command words: nothing after -- is an error") {
  Parser parser;
  CHECK_THROWS_AS(without_command_words(parser.app, {"run", "--"}), Error);
}
