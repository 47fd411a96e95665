// The parser with all commands, and the values of their options.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/config_file.h"
#include "cli/context.h"

namespace slotflow {

struct Program {
  // With all options of all commands. `world` must outlive this object.
  explicit Program(const World& world);
  // For `words`, the command line: only commands that are named in it get their options, because to
  // add those of all takes longer than to parse.
  Program(const World& world, const std::vector<std::string>& words, ConfigReading reading);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Returns the function that runs the parsed command. There must be one.
  const Runner& chosen_runner() const;

  Command app{
      "Test Slotflow webhook handlers on your own machine and in CI, without a Slotflow\naccount "
      "or a tunnel.",
      "slotflow-hooks"};
  GlobalOptions global;
  std::shared_ptr<ConfigFile> config;

 private:
  Program(const World& world, const std::vector<std::string>* words, ConfigReading reading);
  void add_globals(const World& world, ConfigReading reading);
  std::string command_with_key(const std::string& key);

  std::vector<std::pair<CLI::App*, Runner>> commands_;  // of kCommands; empty runners: no options
};

}  // namespace slotflow
