// A pipe whose reader does not read.
#pragma once

#include <string>

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include "system/pipe.h"

namespace slotflow::test {

class StuckPipe {
 public:
  enum class Fill { nothing, everything };

  explicit StuckPipe(Fill fill = Fill::everything) {
    if (fill == Fill::nothing) return;
    const std::string page(4096, '.');
    pollfd fd{pipe_.write_end.get(), POLLOUT, 0};
    while (::poll(&fd, 1, 0) > 0) {
      REQUIRE(::write(pipe_.write_end.get(), page.data(), page.size()) > 0);
      size_ += page.size();
    }
  }

  int write_end() const { return pipe_.write_end.get(); }
  // Returns how many bytes it was filled with.
  std::size_t size() const { return size_; }
  void close_read_end() { pipe_.read_end = UniqueFd(); }
  void close_write_end() { pipe_.write_end = UniqueFd(); }

  // Reads all that is there without waiting.
  std::string read_all() {
    std::string bytes;
    char chunk[65536];
    pollfd fd{pipe_.read_end.get(), POLLIN, 0};
    while (::poll(&fd, 1, 0) > 0) {
      const ssize_t n = ::read(pipe_.read_end.get(), chunk, sizeof chunk);
      if (n <= 0) break;
      bytes.append(chunk, static_cast<std::size_t>(n));
    }
    return bytes;
  }
  // Reads until every writer has closed.
  std::string read_to_end() {
    std::string bytes;
    char chunk[65536];
    for (ssize_t n = 0; (n = ::read(pipe_.read_end.get(), chunk, sizeof chunk)) > 0;) {
      bytes.append(chunk, static_cast<std::size_t>(n));
    }
    return bytes;
  }

 private:
  Pipe pipe_ = new_pipe();
  std::size_t size_ = 0;
};

}  // namespace slotflow::test
