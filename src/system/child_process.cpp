#include "system/child_process.h"

#include <cerrno>
#include <string_view>
#include <system_error>

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/steady_clock.h"
#include "system/uninterrupted.h"

// POSIX leaves its declaration to the program.
extern char** environ;  // NOLINT

namespace slotflow {

namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr int kBetweenLooks = 10;  // milliseconds

// Throws for the error number that a function of posix_spawn() returns.
void check_spawn(int error) {
  if (error != 0) throw std::system_error(error, std::generic_category());
}

class SpawnAttributes {
 public:
  explicit SpawnAttributes(const SignalState& signals) {
    check_spawn(::posix_spawnattr_init(&attributes_));
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);  // main() ignores it, and the next
    sigaddset(&usual, SIGXFSZ);
    if (!signals.hangup_ignored) sigaddset(&usual, SIGHUP);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setsigmask(&attributes_, &signals.blocked);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

class SpawnActions {
 public:
  explicit SpawnActions(bool out_to_err) {
    check_spawn(::posix_spawn_file_actions_init(&actions_));
    if (!out_to_err) return;
    ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
  }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// A child inherits that a signal is ignored, which posix_spawn() cannot set.
class HangupIgnored {
 public:
  explicit HangupIgnored(bool wanted) : wanted_(wanted) {
    struct sigaction ignored{};
    ignored.sa_handler = SIG_IGN;
    if (wanted_) ::sigaction(SIGHUP, &ignored, &before_);
  }
  ~HangupIgnored() {
    if (wanted_) ::sigaction(SIGHUP, &before_, nullptr);
  }
  HangupIgnored(const HangupIgnored&) = delete;
  HangupIgnored& operator=(const HangupIgnored&) = delete;

 private:
  const bool wanted_;
  struct sigaction before_{};
};

// Returns the environment of this process, with `added` in place of variables of the same name.
std::vector<char*> environment_with(std::vector<std::string>& added) {
  std::vector<char*> all;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view old = *variable;
    bool replaced = false;
    for (const std::string& one : added) {
      if (old.starts_with(one.substr(0, one.find('=') + 1))) replaced = true;
    }
    if (!replaced) all.push_back(*variable);
  }
  for (std::string& one : added) all.push_back(one.data());
  all.push_back(nullptr);
  return all;
}

// Whoever started this process may have ignored SIGCHLD; then the system would forget the exit
// status of a child.
void keep_exit_status() {
  struct sigaction action{};
  if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
    std::signal(SIGCHLD, SIG_DFL);
  }
}

}  // namespace

SignalState signal_state() {
  SignalState state;
  sigemptyset(&state.blocked);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.blocked);
  struct sigaction hangup{};
  state.hangup_ignored = ::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
  return state;
}

ChildProcess::ChildProcess(const ChildOptions& options) {
  keep_exit_status();
  std::vector<std::string> words = options.words;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> added = options.environment;
  const std::vector<char*> environment = environment_with(added);
  const SpawnAttributes attributes(options.signals);
  const SpawnActions actions(options.out_to_err);
  const HangupIgnored hangup(options.signals.hangup_ignored);
  check_spawn(::posix_spawnp(&pid_, arguments.front(), actions.get(), attributes.get(),
                             arguments.data(), environment.data()));
}

ChildProcess::~ChildProcess() {
  end(SIGTERM);
}

std::optional<int> ChildProcess::status() {
  if (status_) return status_;
  int how = 0;
  const pid_t ended = uninterrupted([&] { return ::waitpid(pid_, &how, WNOHANG); });
  if (ended == 0) return std::nullopt;
  constexpr int kSignalled = 128;
  constexpr int kUnknown = 127;
  status_ = ended < 0 ? kUnknown : WIFSIGNALED(how) ? kSignalled + WTERMSIG(how) : WEXITSTATUS(how);
  return status_;
}

// Returns whether it has ended within `patience`.
bool ChildProcess::wait(std::chrono::milliseconds patience) {
  const auto end = steady_now() + patience;
  while (!status()) {
    if (steady_now() >= end) return false;
    ::poll(nullptr, 0, kBetweenLooks);
  }
  return true;
}

int ChildProcess::end(int signal) {
  for (const int next : {signal, SIGTERM}) {
    if (!status() && next != 0) ::kill(pid_, next);
    if (wait(kPatience)) return *status_;
  }
  ::kill(pid_, SIGKILL);
  while (!wait(kPatience)) {
  }
  return *status_;
}

}  // namespace slotflow
