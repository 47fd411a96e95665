// Output to a descriptor that can stop waiting for a reader who has stopped reading.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <streambuf>
#include <string_view>

#include "system/output_patience.h"
#include "system/steady_clock.h"
#include "system/unique_fd.h"

namespace slotflow {

// The buffer of a std::ostream for a pipe, a FIFO, a terminal, a socket or a file. Waits as long as
// OutputPatience allows; then this write and all later ones fail. Does not change the flags of the
// descriptor, which other processes may share. Writes texts longer than the buffer directly, and
// sputn() then returns how many bytes were written. The destructor does not flush. Not thread-safe,
// except gave_up(), was_slow() and error().
class FdOutput : public std::streambuf {
 public:
  // Does not own `fd`. `patience` must outlive this object.
  FdOutput(int fd, const OutputPatience& patience);
  // Owns `fd`.
  FdOutput(UniqueFd fd, const OutputPatience& patience);

  int fd() const { return fd_; }
  // Returns whether a write was abandoned because the reader had stopped reading, or was too slow.
  bool gave_up() const { return gave_up_; }
  // After gave_up(): returns whether the reader was slow but had not stopped.
  bool was_slow() const { return was_slow_; }
  // Returns the errno value of the last write that failed; 0 if none did.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type byte) override;
  int sync() override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;

 private:
  // Returns how many bytes were written before it failed or gave up.
  std::size_t write_out(std::string_view bytes);

  UniqueFd own_;
  int fd_;
  UniqueFd reopened_;  // the same file without waiting, if possible
  bool may_wait_;      // it is not a regular file
  const OutputPatience& patience_;
  std::atomic<bool> gave_up_{false};
  std::atomic<bool> was_slow_{false};
  std::atomic<int> error_{0};
  SteadyTime last_written_;
  std::array<char, 4096> buffer_{};
};

}  // namespace slotflow
