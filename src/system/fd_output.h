// Output to a descriptor that can be told to give up a reader who has stopped reading.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <streambuf>
#include <string_view>

#include "system/output_patience.h"
#include "system/unique_fd.h"

namespace slotflow {

// The buffer of a std::ostream over a pipe, a FIFO, a terminal, a socket or a file. It waits as
// long as OutputPatience lets it; then writes fail, that one and all to come. The flags of the
// descriptor, which other processes share, stay as they are. Texts longer than the buffer, when it
// is empty, are written at once, and sputn() returns how much of them was.
// Not thread-safe, but for gave_up(). Nothing is flushed when it is destroyed.
class FdOutput : public std::streambuf {
 public:
  // Of a descriptor that belongs to somebody else, and stays open. `patience` must outlive it.
  FdOutput(int fd, const OutputPatience& patience);
  // Of its own.
  FdOutput(UniqueFd fd, const OutputPatience& patience);

  int fd() const { return fd_; }
  // True once a write was given up because nobody read.
  bool gave_up() const { return gave_up_; }
  // After that: true if somebody was reading, but too slowly.
  bool was_slow() const { return was_slow_; }

 protected:
  int_type overflow(int_type byte) override;
  int sync() override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;

 private:
  using Steady = std::chrono::steady_clock;

  // Returns how many bytes were written before it failed or gave up.
  std::size_t write_out(std::string_view bytes);

  UniqueFd own_;
  int fd_;
  UniqueFd reopened_;  // the same file without waiting, where that can be had
  bool may_wait_;      // it is no regular file
  const OutputPatience& patience_;
  std::atomic<bool> gave_up_{false};
  std::atomic<bool> was_slow_{false};
  Steady::time_point last_written_;
  std::array<char, 4096> buffer_{};
};

}  // namespace slotflow
