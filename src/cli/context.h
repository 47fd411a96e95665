// What every command gets: the global options, made into things to use.
#pragma once

#include <memory>
#include <string>

#include "cli/app.h"
#include "net/clock.h"
#include "report/output.h"
#include "store/registry.h"

namespace slotflow {

struct GlobalOptions {
  std::string store;
  bool json = false;
  std::string color = "auto";
  bool quiet = false;
};

// Where the store and the config file are when nothing names them, by the XDG Base Directory
// Specification. Throws Error{usage} when neither the XDG variable nor HOME is set.
std::string default_store(const World& world);
std::string default_config(const World& world);  // empty instead of an error

class Context {
 public:
  Context(const GlobalOptions& options, World& world);

  World& world;
  const GlobalOptions& options;
  SystemClock clock;
  Registry registry;
  Output output;

  // For commands that end in an orderly way on Ctrl-C: while the result lives, SIGINT and SIGTERM
  // trigger world.interrupt. The others are simply ended by the signal.
  std::unique_ptr<SignalsToInterrupt> catch_signals() const;

  // A line on stderr: "slotflow-hooks: <text>". Not with --quiet.
  void notice(const std::string& text) const;
  // "slotflow-hooks: warning: <text>"; also with --quiet.
  void warning(const std::string& text) const;
};

}  // namespace slotflow
