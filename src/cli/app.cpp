#include "cli/app.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include "cli/complete.h"
#include "cli/program.h"
#include "cli/usage_error.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/version.h"
#include "report/escape.h"
#include "report/output.h"

namespace slotflow {

namespace {

int report_error(const Error& error, bool json, World& world) {
  if (json) {
    Json body = {{"code", error.info().name}, {"message", error.what()}, {"status", nullptr}};
    if (error.info().status) body["status"] = *error.info().status;
    world.err << json_line(Json{{"error", body}}) << std::flush;
  } else {
    world.err << "slotflow-hooks: error: " << safe_line(error.what()) << "\n";
    if (!error.hint().empty()) world.err << "hint: " << safe_line(error.hint()) << "\n";
    world.err << std::flush;
  }
  return error.info().exit_code;
}

// Throws the reason why CLI11 cannot read the config file.
[[noreturn]] void throw_unreadable(const std::string& path) {
  const bool readable = ::access(path.c_str(), R_OK) == 0;
  const std::string reason = readable ? "it is not a regular file" : std::strerror(errno);
  throw Error(ErrorCode::io_error, "--config: cannot read " + path + ": " + reason);
}

// Parses `words` into `program`. Returns an exit code if nothing is left to do.
std::optional<int> parse(Program& program, const std::vector<std::string>& words, World& world) {
  try {
    program.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // as CLI11 wants
  } catch (const CLI::CallForHelp&) {
    world.out << program.app.help() << std::flush;
    return exit_code::kYes;
  } catch (const CLI::CallForVersion&) {
    world.out << "slotflow-hooks " << kVersion << "\n" << std::flush;
    return exit_code::kYes;
  } catch (const CLI::FileError&) {
    throw_unreadable(program.app.get_config_ptr()->as<std::string>());
  } catch (const CLI::ParseError& error) {
    throw usage_error(program.app, error, words);
  }
  return std::nullopt;
}

// Replaces commands of other tools by ours: help, version, ls and rm.
std::vector<std::string> with_our_commands(std::vector<std::string> args) {
  const auto word = std::ranges::find_if(args, [](const std::string& arg) {
    return arg != "--json" && arg != "--quiet" && arg != "-q";
  });
  if (word == args.end()) return args;
  if (*word == "ls") *word = "list";
  if (*word == "rm") *word = "delete";
  if (*word == "version" && word + 1 == args.end()) *word = "--version";
  if (*word == "help") {
    args.erase(word);
    args.emplace_back("--help");
  }
  return args;
}

// CLI11 uses the next argument as the value of "--opt=".
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

// Returns whether results are lost. They are not if the reader closed the pipe (`list | head`): it
// has read what it wanted.
bool output_was_lost(World& world) {
  world.out.flush();
  if (world.out.good()) return false;
  if (world.out_file != nullptr && world.out_file->gave_up()) return !world.loss_was_reported;
  pollfd fd{world.out_fd, 0, 0};
  const bool reader_left =
      world.out_fd >= 0 && ::poll(&fd, 1, 0) > 0 && (fd.revents & POLLERR) != 0;
  return !reader_left;
}

// Describes which resource the system refused to provide.
Error shortage_error(const std::system_error& error) {
  // Compares numbers because Asio has its own error category.
  if (error.code().value() == EMFILE) {
    return {ErrorCode::io_error, error.what(), "raise the limit on open files: ulimit -n"};
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
  Context context(program.global, world);
  return program.chosen_runner()(context);
}

int run_command(const std::vector<std::string>& args, World& world, bool& json) {
  Program program(world);
  if (!args.empty() && args.front() == "__complete") {
    return print_completions(program.app, {args.begin() + 1, args.end()}, world);
  }
  try {
    const auto words = with_empty_values(with_our_commands(args));
    if (const auto done = parse(program, words, world)) return *done;
    json = program.global.json;  // the config file may set it
    return run_chosen(program, world);
  } catch (const Error& error) {
    throw program.config->located(error);
  }
}

}  // namespace

int run(const std::vector<std::string>& args, World& world) {
  bool json = std::ranges::find(args, "--json") != args.end();
  try {
    const int code = run_command(args, world, json);
    if (output_was_lost(world)) {
      throw Error(ErrorCode::io_error, "cannot write standard output: part of the output is lost");
    }
    return code;
  } catch (const Error& error) {
    return report_error(error, json, world);
  } catch (const std::system_error& error) {  // no descriptor or thread is available
    return report_error(shortage_error(error), json, world);
  } catch (const std::exception& error) {  // out of memory
    return report_error(Error(ErrorCode::io_error, error.what()), json, world);
  }
}

}  // namespace slotflow
