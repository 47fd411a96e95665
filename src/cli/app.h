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

// Everything outside the program that it may touch besides files and the network. main() passes
// the real thing, tests pass their own.
struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Interrupt& interrupt;  // triggered by SIGINT and SIGTERM
  std::function<std::optional<std::string>(const std::string& name)> environment;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool signals = false;  // this process's SIGINT and SIGTERM are ours to catch
  int out_fd = -1;       // to notice that nobody reads the output any more; -1: cannot be known
  int err_fd = -1;       // to notice that it would block; -1: it never does
  // Of `out` and `err`, where they are descriptors: how long they wait for their readers.
  OutputPatience* patience = nullptr;
  const FdOutput* out_file = nullptr;
  bool loss_was_told = false;  // a command has said what it could not write to `out`
};

namespace exit_code {
inline constexpr int kYes = 0;
inline constexpr int kNo = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInterrupted = 130;
}  // namespace exit_code

// Runs one command. `args` without the program's name. The result is the exit code: 0 yes, 1 no,
// 2 usage, 3 could not be done, 130 interrupted. Never throws.
int run(const std::vector<std::string>& args, World& world);

}  // namespace slotflow
