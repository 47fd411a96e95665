// Pipes within this process.
#pragma once

#include "system/unique_fd.h"

namespace slotflow {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

// Returns a pipe that programs started later do not inherit. Throws std::system_error.
Pipe new_pipe();

// Wakes threads that poll. Thread-safe.
class WakePipe {
 public:
  // Throws std::system_error.
  WakePipe();

  // Readable after wake() until clear().
  int fd() const { return pipe_.read_end.get(); }
  // Never blocks. May be called from a signal handler.
  void wake() const noexcept;
  void clear() const noexcept;

 private:
  Pipe pipe_;
};

}  // namespace slotflow
