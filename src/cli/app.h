// The program as a function.
#pragma once

#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "system/fd_output.h"
#include "system/interrupt.h"
#include "system/output_patience.h"

namespace slotflow {

// Everything outside the program that it uses besides files and the network. main() passes the real
// ones, tests pass their own.
struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Interrupt& interrupt;  // triggered by SIGINT and SIGTERM
  std::function<std::optional<std::string>(const std::string& name)> environment;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool signals = false;  // commands may catch SIGINT and SIGTERM of this process
  int out_fd = -1;       // to detect that the reader is gone; -1: cannot be known
  int err_fd = -1;       // to detect that a write would block; -1: it never does
  // How long `out` and `err` wait for their readers, if they are descriptors.
  OutputPatience* patience = nullptr;
  const FdOutput* out_file = nullptr;
  bool loss_was_reported = false;  // a command has reported what it could not write to `out`
};

namespace exit_code {
inline constexpr int kYes = 0;
inline constexpr int kNo = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInterrupted = 130;
inline constexpr int kReaderLeft = 141;  // as shells report a process that SIGPIPE ended
}  // namespace exit_code

// Returns whether nobody can read the standard output any more, as after `| head` has ended.
bool reader_left(const World& world);

// Runs one command. `args` does not include the program's name. Returns the exit code: 0 success,
// 1 negative result, 2 usage error, 3 the command could not run, 130 interrupted, 141 nobody
// reads the output. Never throws.
int run(const std::vector<std::string>& args, World& world);

}  // namespace slotflow
