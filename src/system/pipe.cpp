#include "system/pipe.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>

namespace slotflow {

Pipe new_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot open a pipe");
  }
  for (const int fd : ends) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

WakePipe::WakePipe() : pipe_(new_pipe()) {
  for (const int fd : {pipe_.read_end.get(), pipe_.write_end.get()}) {
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
}

// If the pipe is full, it is readable already.
void WakePipe::wake() const noexcept {
  [[maybe_unused]] const auto written = ::write(pipe_.write_end.get(), "!", 1);
}

void WakePipe::clear() const noexcept {
  std::array<char, 64> bytes;
  while (::read(pipe_.read_end.get(), bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace slotflow
