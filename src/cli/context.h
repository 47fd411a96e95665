// What every command receives: the global options and the objects made from them.
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

// Return the default paths of the store and the config file, according to the XDG Base Directory
// Specification. Throw Error{usage} if neither the XDG variable nor HOME is set.
std::string default_store(const World& world);
std::string default_config(const World& world);  // returns "" instead of throwing

class Context {
 public:
  Context(const GlobalOptions& options, World& world);

  World& world;
  const GlobalOptions& options;
  SystemClock clock;
  Registry registry;
  Output output;

  // Makes SIGINT and SIGTERM trigger world.interrupt for as long as the result lives. Commands that
  // do not call this are killed by the signal.
  std::unique_ptr<SignalsToInterrupt> catch_signals() const;

  // Prints "slotflow-hooks: <text>" to stderr, unless --quiet is set.
  void notice(const std::string& text) const;
  // Prints "slotflow-hooks: warning: <text>" to stderr, even with --quiet.
  void warning(const std::string& text) const;
};

}  // namespace slotflow
