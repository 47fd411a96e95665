// A child process, for tests that give up root's rights or are killed.
#pragma once

#include <csignal>
#include <iostream>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/pipe.h"

namespace slotflow::test {

// For the body of a Child: writes to its pipe, or ends the child with 1.
inline void write_text(int fd, const std::string& text) {
  if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) ::_exit(1);
}

// Runs `body(fd)` in a child process. `fd` is the write end of a pipe to this process.
class Child {
 public:
  template <typename Body>
  explicit Child(Body body) {
    Pipe pipe = new_pipe();
    std::cout.flush();  // what is still buffered would come out of both processes
    pid_ = ::fork();
    REQUIRE(pid_ != -1);
    if (pid_ == 0) {
      pipe.read_end = UniqueFd();
      try {
        body(pipe.write_end.get());
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    from_child_ = std::move(pipe.read_end);
  }
  ~Child() { stop(SIGKILL); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool read_byte() {
    char byte = 0;
    return ::read(from_child_.get(), &byte, 1) == 1;
  }
  std::string read_to_end() {
    std::string text;
    char byte = 0;
    while (::read(from_child_.get(), &byte, 1) == 1) text += byte;
    return text;
  }
  // Waits for its end, and returns its status. `signal` 0: does not send a signal before.
  int stop(int signal) {
    if (pid_ == -1) return -1;
    if (signal != 0) ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
  UniqueFd from_child_;
};

}  // namespace slotflow::test
