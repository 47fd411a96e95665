// What every command receives: the global options and the objects made from them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cli/app.h"
#include "domain/own_command.h"
#include "net/clock.h"
#include "report/output.h"
#include "store/history_writer.h"
#include "store/registry.h"

namespace slotflow {

struct GlobalOptions {
  std::string store;
  bool store_is_for_this_call = false;  // another call would not use `store`
  bool json = false;
  std::string color = "auto";
  bool quiet = false;
  std::size_t history_keep = kHistoryKeep;  // deliveries; 0: all
  std::set<std::string> settings = {};      // options that the config file has set: "--secret"
};

// Return the default paths of the store and the config file, according to the XDG Base Directory
// Specification. Return "" if neither the XDG variable nor HOME is set.
std::string default_store(const World& world);
std::string default_config(const World& world);
// Returns the folder for temporary files.
std::string temporary_files(const World& world);
// Returns the path of the store: `option`, or that of the environment, or the default.
std::string store_path(const std::string& option, const World& world);

// Returns the width of the terminal that standard output is: COLUMNS, if it is a number above 0,
// else what the terminal says. Returns 0 if standard output is not a terminal, or of unknown width.
std::size_t result_columns(const World& world);
// Returns the width of the help, which is wrapped even if it is not for a terminal.
std::size_t help_columns(const World& world);

// As result_columns(), for standard error.
std::size_t message_columns(const World& world);

// Returns `beginning` and the text as a line for standard error, or as several if that is a
// terminal which is narrower.
std::string stderr_line(const std::string& beginning, const std::string& text, const World& world);

class Context {
 public:
  Context(const GlobalOptions& options, World& world);

  World& world;
  const GlobalOptions& options;
  SystemClock clock;
  Output output;

  // The store, which is located when it is first asked for: most commands do without. Throws
  // Error{store_error} if it cannot be located.
  Registry& registry();
  bool has_store() const;  // whether it can be located
  // Returns the path of the store. Throws Error{store_error} if it cannot be located.
  std::string located_store() const;
  // Returns how to wait for another process that has locked the store: until an interrupt, and with
  // a warning.
  LockWait lock_wait();

  // Makes the commands in messages, which are about the same store. They get --store only if
  // another call would use another store without it.
  OwnCommand own_command() const;

  // Makes SIGINT and SIGTERM trigger world.interrupt for as long as the result lives. Commands that
  // do not call this are killed by the signal. With `on_hangup`, SIGHUP calls that function, on
  // another thread.
  std::unique_ptr<SignalsToInterrupt> catch_signals(std::function<void()> on_hangup = {}) const;

  // Reads a file, or standard input for "-", see system/files.h. If that is a terminal, a notice
  // says that input is expected, and how to end it.
  std::string read_bytes(const std::string& what, const std::string& path) const;

  // Prints "slotflow-hooks: <text>" to stderr, unless --quiet is set.
  void notice(const std::string& text) const;
  // Prints "slotflow-hooks: warning: <text>" to stderr, even with --quiet.
  void warning(const std::string& text) const;
  // Returns that line.
  std::string warning_line(const std::string& text) const;

 private:
  std::optional<Registry> registry_;
};

}  // namespace slotflow
