#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
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
      // Read-only, so that writing to what was closed is an error still.
      ::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  slotflow::Interrupt interrupt;
  // A reader that leaves is an error on a stream, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  slotflow::World world{std::cin,
                        std::cout,
                        std::cerr,
                        interrupt,
                        [](const std::string& name) -> std::optional<std::string> {
                          const char* value = std::getenv(name.c_str());
                          return value != nullptr ? std::optional<std::string>(value)
                                                  : std::nullopt;
                        },
                        ::isatty(STDIN_FILENO) == 1,
                        ::isatty(STDOUT_FILENO) == 1,
                        true,
                        STDOUT_FILENO};
  return slotflow::run({argv + 1, argv + argc}, world);
}
