#include "cli/program.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cli/help.h"
#include "cli/options.h"
#include "cli/words.h"
#include "domain/version.h"

namespace slotflow {

namespace {

struct CommandInfo {
  const char* name;
  const char* help;
  Runner (*add)(CLI::App&);
};

constexpr std::array<CommandInfo, 17> kCommands{{
    {"register", "Register a webhook in the local store", add_register},
    {"list", "List the registered webhooks", add_list},
    {"delete", "Delete webhooks", add_delete},
    {"secret", "Print the signing secret of a webhook", add_secret_command},
    {"plan", "Show or set the plan, which limits the number of webhooks", add_plan},
    {"sync", "Copy the webhooks of an organisation at Slotflow, or to it", add_sync},
    {"fire", "Send a booking event, signed and retried as Slotflow does", add_fire},
    {"deliveries", "List, show and resend deliveries; resume interrupted ones", add_deliveries},
    {"listen", "Receive, print and verify events; simulate a slow or failing endpoint", add_listen},
    {"serve", "Serve Slotflow's API on this machine, and deliver the events of bookings",
     add_serve},
    {"check", "Test whether a handler is ready for production", add_check},
    {"load", "Measure how many events a second a handler takes", add_load},
    {"wait", "Wait until a handler accepts connections", add_wait},
    {"verify", "Verify a signature, and explain why it is not valid", add_verify},
    {"sign", "Print the signature header for a payload", add_sign},
    {"demo", "Send one event, let it fail twice, retry and receive it", add_demo},
    {"completion", "Print the completion script for a shell", add_completion},
}};

// Returns the name of the command that a word may be about. CLI11 2.4 reads "--list.event" as an
// option of list.
std::string_view command_in_word(std::string_view word) {
  return our_name(word.starts_with("--") ? word.substr(2, word.find('.') - 2) : word);
}

}  // namespace

Program::Program(const World& world, const std::vector<std::string>* words, ConfigReading reading) {
  begin_group(app, "Global options");
  app.set_version_flag("-V,--version", "slotflow-hooks " + std::string(kVersion),
                       "Print the version; with --json, also the\ncommit and the libraries");
  app.set_help_flag("-h,--help", "Print this help");
  app.formatter(std::make_shared<HelpFormatter>(help_columns(world)));
  set_examples(app, {{"Watch one event be sent, retried and received", "slotflow-hooks demo"},
                     {"Test the handler that is registered with this URL",
                      "slotflow-hooks check --webhook localhost:3000/hook"}});
  add_globals(world, std::move(reading));
  begin_group(app, "Options");  // of a command that has no groups
  for (const CommandInfo& info : kCommands) {
    const auto command = std::make_shared<Command>(info.help, info.name, &app);
    app.add_subcommand(command);
    command->fallthrough();
    const bool is_named =
        words == nullptr || std::ranges::find(*words, info.name, command_in_word) != words->end();
    commands_.push_back({command.get(), info.add, is_named ? info.add(*command) : Runner()});
  }
  app.require_subcommand(0, 1);
}

void Program::add_globals(const World& world, ConfigReading reading) {
  add_text(
      app, "--store", value::file(), [this](const std::string& text) { global.store = text; },
      "Store with the registered webhooks\n"
      "(default: $SLOTFLOW_HOOKS_STORE, or\n"
      "$XDG_DATA_HOME/slotflow-hooks/store.json)");
  app.add_flag("--json", global.json, "Print JSON, one object per line");
  add_choice(app, "--color", {"auto", "always", "never"}, global.color,
             "Use colours; auto: on a terminal only (default: auto)");
  app.add_flag("-q,--quiet", global.quiet, "Print no notices on standard error");
  add_number(
      app, "--history-keep", 0, UINT32_MAX,
      [this](std::uint64_t keep) { global.history_keep = keep; },
      "Keep the newest N deliveries in the history, and pending ones; 0: all\n(default: 10000)");
  CLI::Option* option = app.set_config("--config", default_config(world),
                                       "Read defaults from FILE\n"
                                       "(default: $XDG_CONFIG_HOME/slotflow-hooks/config.toml)");
  declare(app, option, value::file())->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  config = std::make_shared<ConfigFile>(
      world, app, [this](const std::string& key) { return command_with_key(key); },
      std::move(reading));
  app.config_formatter(config);
  app.allow_config_extras(CLI::config_extras_mode::error);
}

// Adds the options of the commands up to the one that it returns.
std::string Program::command_with_key(const std::string& key) {
  for (auto& [command, add, run] : commands_) {
    if (!run) run = add(*command);
    if (can_set(*command, key)) return command->get_name();
  }
  return "";
}

const Runner& Program::chosen_runner() const {
  const CLI::App* chosen = app.get_subcommands().front();
  return std::ranges::find(commands_, chosen, &Entry::command)->run;
}

}  // namespace slotflow
