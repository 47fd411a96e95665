// The parser with all commands, and the values of their options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/config_file.h"
#include "cli/context.h"

namespace slotflow {

struct Program {
  // `world` must outlive this object. With `words`, the command line, only the commands that are
  // named in it get their options: to add those of all takes longer than to parse.
  explicit Program(const World& world, const std::vector<std::string>* words = nullptr,
                   ConfigReading reading = {});
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
  struct Entry {
    CLI::App* command;
    Runner (*add)(CLI::App&);
    Runner run;  // empty while the command has no options
  };

  void add_globals(const World& world, ConfigReading reading);
  std::string command_with_key(const std::string& key);

  std::vector<Entry> commands_;
};

}  // namespace slotflow
