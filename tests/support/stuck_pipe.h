// A pipe whose reader does not read.
#pragma once

#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "system/unique_fd.h"

namespace slotflow::test {

class StuckPipe {
 public:
  enum class Fill { nothing, everything };

  explicit StuckPipe(Fill fill = Fill::everything) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read_end_ = UniqueFd(ends[0]);
    write_end_ = UniqueFd(ends[1]);
    if (fill == Fill::nothing) return;
    const std::string page(4096, '.');
    pollfd fd{write_end_.get(), POLLOUT, 0};
    while (::poll(&fd, 1, 0) > 0) {
      REQUIRE(::write(write_end_.get(), page.data(), page.size()) > 0);
      size_ += page.size();
    }
  }

  int write_end() const { return write_end_.get(); }
  // How many bytes it was filled with.
  std::size_t size() const { return size_; }
  void close_read_end() { read_end_ = UniqueFd(); }
  void close_write_end() { write_end_ = UniqueFd(); }

  // Reads what is there, all that it was filled with included.
  std::string read_all() {
    std::string bytes;
    char chunk[65536];
    pollfd fd{read_end_.get(), POLLIN, 0};
    while (::poll(&fd, 1, 0) > 0) {
      const ssize_t n = ::read(read_end_.get(), chunk, sizeof chunk);
      if (n <= 0) break;
      bytes.append(chunk, static_cast<std::size_t>(n));
    }
    return bytes;
  }
  // Reads until every writer has left.
  std::string read_to_end() {
    std::string bytes;
    char chunk[65536];
    for (ssize_t n = 0; (n = ::read(read_end_.get(), chunk, sizeof chunk)) > 0;) {
      bytes.append(chunk, static_cast<std::size_t>(n));
    }
    return bytes;
  }

 private:
  UniqueFd read_end_, write_end_;
  std::size_t size_ = 0;
};

}  // namespace slotflow::test
