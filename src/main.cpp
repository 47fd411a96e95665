#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "cli/app.h"

namespace {

// A closed standard stream would give its number to the next file or socket that is opened, which
// would then get what is printed.
void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
      // Read-only, so that writing to a stream that was closed is still an error.
      ::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

void end_by(int signal) {
  ::_exit(128 + signal);  // what a shell shows of a process that the signal has ended
}

// Linux ignores signals to process 1, as of a container, that it does not handle. Commands that
// catch signals block them, and are not affected.
void handle_signals_as_first_process() {
  if (::getpid() != 1) return;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    struct sigaction before{};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction handler{};
    handler.sa_handler = end_by;
    ::sigaction(signal, &handler, nullptr);
  }
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

int run_with_streams(int argc, char** argv) {
  slotflow::Interrupt interrupt;
  slotflow::OutputPatience patience(interrupt);
  slotflow::FdOutput out_file(STDOUT_FILENO, patience);
  slotflow::FdOutput err_file(STDERR_FILENO, patience);
  std::ostream out(&out_file);
  std::ostream err(&err_file);
  slotflow::World world{.in = std::cin,
                        .out = out,
                        .err = err,
                        .interrupt = interrupt,
                        .environment = environment_variable,
                        .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
                        .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                        .signals = true,
                        .out_fd = STDOUT_FILENO,
                        .err_fd = STDERR_FILENO,
                        .patience = &patience,
                        .out_file = &out_file};
  const int code = slotflow::run({argv + 1, argv + argc}, world);
  out.flush();
  err.flush();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  handle_signals_as_first_process();
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  // A reader that leaves is an error on a stream, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is like a full disk
  try {
    return run_with_streams(argc, argv);
  } catch (const std::system_error& error) {  // not even the descriptors that are needed to begin
    std::cerr << "slotflow-hooks: error: " << error.what()
              << "\nhint: raise the limit on open files: ulimit -n\n";
    return 3;
  }
}
