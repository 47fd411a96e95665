#include "cli/app.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <poll.h>

#include "cli/commands/commands.h"
#include "cli/complete.h"
#include "cli/config_file.h"
#include "cli/options.h"
#include "cli/usage_error.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/version.h"
#include "report/escape.h"

namespace slotflow {

namespace {

struct CommandInfo {
  const char* name;
  const char* help;
  Runner (*add)(CLI::App&);
};

constexpr std::array<CommandInfo, 11> kCommands{{
    {"register", "Register a webhook in the local store", add_register},
    {"list", "List the registered webhooks", add_list},
    {"delete", "Delete webhooks", add_delete},
    {"plan", "Show or set the plan that limits how many webhooks there may be", add_plan},
    {"fire", "Send a booking event to webhooks, signed and retried as Slotflow does", add_fire},
    {"listen", "Receive, print and verify events; play a slow or failing endpoint", add_listen},
    {"check", "Test whether a handler is ready for production", add_check},
    {"verify", "Say whether a signature is valid, and if not, why", add_verify},
    {"sign", "Print the signature header for a payload", add_sign},
    {"demo", "Show the whole loop in one process", add_demo},
    {"completion", "Print the completion script of a shell", add_completion},
}};

// The parser with all its commands, and what they were told.
struct Program {
  CLI::App app{"Fire, receive and verify Slotflow webhooks on your own machine.", "slotflow-hooks"};
  GlobalOptions global;
  std::vector<std::pair<CLI::App*, Runner>> commands;

  explicit Program(const World& world) {
    app.set_version_flag("--version", "slotflow-hooks " + std::string(kVersion),
                         "Print the version");
    app.set_help_flag("-h,--help", "Print this help");
    app.get_formatter()->column_width(34);
    add_globals(world);
    for (const CommandInfo& info : kCommands) {
      CLI::App* command = app.add_subcommand(info.name, info.help);
      command->fallthrough();
      command->footer(
          "Global options are accepted here too: see slotflow-hooks --help.\n"
          "Manual: man slotflow-hooks-" +
          std::string(info.name));
      commands.emplace_back(command, info.add(*command));
    }
    app.require_subcommand(0, 1);
  }

 private:
  void add_globals(const World& world) {
    add_text(
        app, "--store", "FILE", [this](const std::string& text) { global.store = text; },
        "The store (default: $SLOTFLOW_HOOKS_STORE, or\n"
        "$XDG_DATA_HOME/slotflow-hooks/store.json)");
    app.add_flag("--json", global.json, "Print JSON, one object a line");
    add_choice(app, "--color", {"auto", "always", "never"}, global.color,
               "When to use colour (default: auto)");
    app.add_flag("-q,--quiet", global.quiet, "No notices on standard error");
    app.set_config("--config", default_config(world),
                   "Read defaults from FILE\n"
                   "(default: $XDG_CONFIG_HOME/slotflow-hooks/config.toml)")
        ->type_name("FILE");
    app.config_formatter(std::make_shared<ConfigFile>(world));
    app.allow_config_extras(CLI::config_extras_mode::error);
  }
};

// The help, in which no path of this machine stands as a default.
std::string help_text(CLI::App& app) {
  app.get_config_ptr()->default_str("");
  return app.help();
}

int report_error(const Error& error, bool json, World& world) {
  if (json) {
    Json body = {{"code", error.info().name}, {"message", error.what()}, {"status", nullptr}};
    if (error.info().status) body["status"] = *error.info().status;
    world.err << to_line(Json{{"error", body}}) << "\n" << std::flush;
  } else {
    world.err << "slotflow-hooks: error: " << safe_line(error.what()) << "\n";
    if (!error.hint().empty()) world.err << "hint: " << safe_line(error.hint()) << "\n";
    world.err << std::flush;
  }
  return error.info().exit_code;
}

// Parses `args` into `program`. An exit code when that was all there was to do.
std::optional<int> parse(Program& program, std::vector<std::string> args, World& world) {
  std::reverse(args.begin(), args.end());  // as CLI11 wants them
  try {
    program.app.parse(std::move(args));
  } catch (const CLI::CallForHelp&) {
    world.out << help_text(program.app) << std::flush;
    return exit_code::kYes;
  } catch (const CLI::CallForVersion&) {
    world.out << "slotflow-hooks " << kVersion << "\n" << std::flush;
    return exit_code::kYes;
  } catch (const CLI::FileError& error) {
    throw Error(ErrorCode::io_error,
                "--config: cannot read the file: " + std::string(error.what()));
  } catch (const CLI::ParseError& error) {
    throw usage_error(program.app, error);
  }
  return std::nullopt;
}

// CLI11 takes the next argument for the value of "--opt=".
std::vector<std::string> with_empty_values(const std::vector<std::string>& args) {
  std::vector<std::string> result;
  for (const std::string& arg : args) {
    const bool is_empty_value = arg.size() > 3 && arg.starts_with("--") && arg.ends_with('=') &&
                                arg.find('=') == arg.size() - 1;
    if (is_empty_value) {
      result.push_back(arg.substr(0, arg.size() - 1));
      result.emplace_back();
    } else {
      result.push_back(arg);
    }
  }
  return result;
}

// True when the results could not be written, although somebody would have read them: a reader
// that has left (`list | head`) has seen what it wanted.
bool output_was_lost(World& world) {
  world.out.flush();
  if (world.out.good()) return false;
  if (world.out_file != nullptr && world.out_file->gave_up()) return !world.loss_was_told;
  pollfd fd{world.out_fd, 0, 0};
  const bool reader_left =
      world.out_fd >= 0 && ::poll(&fd, 1, 0) > 0 && (fd.revents & POLLERR) != 0;
  return !reader_left;
}

// What the system would not give.
Error lack_of(const std::system_error& error) {
  // By number: Asio's errors are of a category of its own.
  if (error.code().value() == EMFILE) {
    return {ErrorCode::io_error, error.what(), "raise the limit on open files: ulimit -n"};
  }
  if (error.code().value() == EAGAIN) {
    return {ErrorCode::io_error, std::string("cannot start a thread: ") + error.what(),
            "raise the limit on processes: ulimit -u"};
  }
  return {ErrorCode::io_error, error.what()};
}

int run_command(const std::vector<std::string>& args, World& world, bool& json) {
  Program program(world);
  if (!args.empty() && args.front() == "__complete") {
    return print_completions(program.app, {args.begin() + 1, args.end()}, world);
  }
  if (const auto done = parse(program, with_empty_values(args), world)) return *done;
  json = program.global.json;  // the config file may have said so
  if (program.app.get_subcommands().empty()) {
    world.err << help_text(program.app) << std::flush;
    return exit_code::kUsage;
  }
  if (program.global.store.empty()) {
    program.global.store = world.environment(kStoreVariable).value_or("");
  }
  if (program.global.store.empty()) program.global.store = default_store(world);
  Context context(program.global, world);
  const CLI::App* chosen = program.app.get_subcommands().front();
  const auto command =
      std::ranges::find(program.commands, chosen, &std::pair<CLI::App*, Runner>::first);
  return command->second(context);
}

}  // namespace

int run(const std::vector<std::string>& args, World& world) {
  bool json = std::ranges::find(args, "--json") != args.end();
  try {
    const int code = run_command(args, world, json);
    if (output_was_lost(world)) {
      throw Error(ErrorCode::io_error, "the output could not be written, and part of it is lost");
    }
    return code;
  } catch (const Error& error) {
    return report_error(error, json, world);
  } catch (const std::system_error& error) {  // no descriptor or thread to be had
    return report_error(lack_of(error), json, world);
  } catch (const std::exception& error) {  // out of memory
    return report_error(Error(ErrorCode::io_error, error.what()), json, world);
  }
}

}  // namespace slotflow
