#include "cli/app.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <poll.h>

#include "cli/build_info.h"
#include "cli/command_words.h"
#include "cli/complete.h"
#include "cli/program.h"
#include "cli/usage_error.h"
#include "cli/words.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/version.h"
#include "report/escape.h"
#include "report/output.h"
#include "system/descriptors.h"
#include "system/files.h"

namespace slotflow {

namespace {

int report_error(const Error& error, bool json, World& world) {
  if (json) {
    Json body = {{"code", error.info().name}, {"message", error.what()}, {"status", nullptr}};
    if (error.info().status) body["status"] = *error.info().status;
    world.err << json_line(Json{{"error", body}}) << std::flush;
  } else {
    world.err << stderr_line("slotflow-hooks: error: ", error.what(), world);
    if (!error.hint().empty()) world.err << stderr_line("hint: ", error.hint(), world);
    world.err << std::flush;
  }
  return error.info().exit_code;
}

// Throws the reason if the config file `path` cannot be read. `failure` says what cannot be done.
void require_readable(const std::string& path, const std::string& failure) {
  const int reason = why_unreadable(path);
  if (reason == 0) return;
  throw Error(ErrorCode::io_error, failure + ": " + std::strerror(reason),
              reason == EMFILE ? kMoreDescriptors : "");
}

// An empty path usually comes from an unset shell variable. CLI11 would read no file at all.
void require_config_value(const CLI::Option& config) {
  if (config.count() == 0 || !config.results().back().empty()) return;
  throw Error(ErrorCode::usage, "--config: expected a value, got nothing",
              "to read no config file, give --config /dev/null");
}

// CLI11 ignores the default config file if it cannot be read. A file that cannot even be looked for
// (HOME may be that of another user) is not there.
void require_readable_default(const CLI::Option& config, const World& world) {
  const std::string path = default_config(world);
  std::error_code error;
  if (config.count() > 0 || path.empty() || !std::filesystem::exists(path, error)) return;
  require_readable(path, "cannot read the config file " + path);
}

// A config file that asks for JSON changes no version: scripts compare it.
void print_version(const std::vector<std::string>& words, World& world) {
  const bool json = std::ranges::find(words, "--json") != words.end();
  world.out << (json ? json_line(build_info()) : "slotflow-hooks " + std::string(kVersion) + "\n")
            << std::flush;
}

// Parses `words` into `program`. Returns an exit code if nothing is left to do.
std::optional<int> parse(Program& program, const std::vector<std::string>& words, World& world) {
  const CLI::Option& config = *program.app.get_config_ptr();
  try {
    program.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // as CLI11 wants
  } catch (const CLI::CallForHelp&) {
    world.out << program.app.help() << std::flush;
    return exit_code::kYes;
  } catch (const CLI::CallForVersion&) {
    print_version(words, world);
    return exit_code::kYes;
  } catch (const CLI::FileError&) {
    const auto path = config.as<std::string>();
    const std::string failure = "--config: cannot read " + path;
    require_readable(path, failure);
    throw Error(ErrorCode::io_error, failure);
  } catch (const CLI::ParseError& error) {
    require_config_value(config);
    require_readable_default(config, world);
    throw usage_error(program.app, error, words);
  } catch (const Error&) {
    // What is wrong may be the value of a mistyped option, read as an argument.
    if (const auto unknown = unknown_option(program.app)) throw *unknown;
    throw;
  }
  require_config_value(config);
  require_readable_default(config, world);
  return std::nullopt;
}

// Returns whether results are lost. They are not if the reader closed the pipe (`list | head`): it
// has read what it wanted.
bool output_was_lost(World& world) {
  world.out.flush();
  if (world.out.good()) return false;
  if (world.out_file != nullptr && world.out_file->gave_up()) return !world.loss_was_reported;
  return !reader_left(world);
}

// Describes which resource the system refused to provide.
Error shortage_error(const std::system_error& error) {
  // Compares numbers because Asio has its own error category.
  if (error.code().value() == EMFILE) {
    const std::string_view what = error.what();
    // Asio's messages begin with the name of a system call.
    const std::string message = what.starts_with("cannot ")
                                    ? std::string(what)
                                    : "cannot open a descriptor: " + error.code().message();
    return {ErrorCode::io_error, message, kMoreDescriptors};
  }
  if (error.code().value() == EAGAIN) {
    return {ErrorCode::io_error, std::string("cannot start a thread: ") + error.what(),
            "raise the limit on processes and threads: ulimit -u"};
  }
  return {ErrorCode::io_error, error.what()};
}

int run_chosen(Program& program, World& world) {
  if (program.app.get_subcommands().empty()) {
    if (program.global.json) {
      throw Error(ErrorCode::usage, "slotflow-hooks requires a command",
                  "see slotflow-hooks --help");
    }
    world.err << program.app.help() << std::flush;
    return exit_code::kUsage;
  }
  // The settings of another config file than the default are for this call, too.
  const bool is_default = program.config->sets("--store") &&
                          program.app.get_config_ptr()->as<std::string>() == default_config(world);
  program.global.store_is_for_this_call = !program.global.store.empty() && !is_default;
  program.global.settings = program.config->settings();
  Context context(program.global, world);
  for (const std::string& notice : program.config->notices()) context.notice(notice);
  return program.chosen_runner()(context);
}

// Returns nullopt, and changes `reading`, if settings of the config file have to give way first.
std::optional<int> try_command(const std::vector<std::string>& args, World& world, bool& json,
                               ConfigReading& reading) {
  Program program(world, &args, reading);
  try {
    const auto own = without_command_words(program.app, args);
    const auto words = with_empty_values(with_our_commands(program.app, own));
    if (const auto done = parse(program, words, world)) return *done;
    json = program.global.json;  // the config file may set it
    return run_chosen(program, world);
  } catch (const CombinationError& error) {
    json = json || program.config->sets_json();
    std::optional<ConfigReading> next = program.config->without(error);
    if (!next) throw program.config->located(error);
    reading = std::move(*next);
    return std::nullopt;
  } catch (const Error& error) {
    json = json || program.config->sets_json();
    throw program.config->located(error);
  }
}

int run_command(const std::vector<std::string>& args, World& world, bool& json) {
  if (!args.empty() && args.front() == "__complete") {
    Program program(world);
    return print_completions(program.app, {args.begin() + 1, args.end()}, world);
  }
  ConfigReading reading;
  for (;;) {
    if (const auto code = try_command(args, world, json, reading)) return *code;
  }
}

}  // namespace

bool reader_left(const World& world) {
  // poll() reports POLLERR for a pipe, and POLLHUP for a socket or a terminal.
  pollfd fd{world.out_fd, 0, 0};
  return world.out_fd >= 0 && ::poll(&fd, 1, 0) > 0 && (fd.revents & (POLLERR | POLLHUP)) != 0;
}

int run(const std::vector<std::string>& args, World& world) {
  // What follows "--" may be for another command.
  const auto end = std::ranges::find(args, "--");
  bool json = std::find(args.begin(), end, "--json") != end;
  try {
    const int code = run_command(args, world, json);
    if (output_was_lost(world)) {
      throw Error(ErrorCode::io_error, "cannot write standard output: part of the output is lost");
    }
    return code;
  } catch (const Error& error) {
    return report_error(error, json, world);
  } catch (const Interrupted&) {
    return exit_code::kInterrupted;
  } catch (const std::system_error& error) {  // no descriptor or thread is available
    return report_error(shortage_error(error), json, world);
  } catch (const std::exception& error) {  // out of memory
    return report_error(Error(ErrorCode::io_error, error.what()), json, world);
  }
}

}  // namespace slotflow
