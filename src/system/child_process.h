// A program that this one starts and waits for.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace slotflow {

// What a program finds about signals when it starts.
struct SignalState {
  sigset_t blocked{};
  bool hangup_ignored = false;  // as under nohup(1)
};

// Returns the state of this thread.
SignalState signal_state();

struct ChildOptions {
  std::vector<std::string> words;        // the program, which is looked up in PATH, and arguments
  std::vector<std::string> environment;  // NAME=VALUE, added to ours
  SignalState signals;                   // as it finds them
  bool out_to_err = false;               // its standard output is our standard error
};

// The program is in our process group and has our standard streams and no other descriptor. It
// finds SIGINT and SIGQUIT as they are here (a shell ignores them for a job in the background), and
// the system's reaction to SIGPIPE and SIGCHLD is the usual one. Not thread-safe.
class ChildProcess {
 public:
  // Throws std::system_error if the program cannot be started.
  explicit ChildProcess(const ChildOptions& options);
  ~ChildProcess();  // ends it with SIGTERM
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Returns its exit status, 128 + N if signal N ended it, or nullopt while it runs. Never blocks.
  std::optional<int> status();
  // Sends `signal`, if it is not 0, and waits for the end. Sends SIGTERM after 5 seconds, and
  // SIGKILL after another 5. Returns status().
  int end(int signal);

 private:
  bool wait(std::chrono::milliseconds patience);

  pid_t pid_ = 0;
  std::optional<int> status_;
};

}  // namespace slotflow
