// The file of `check --junit`.
#pragma once

#include <string>

#include "system/interrupt.h"
#include "system/unique_fd.h"

namespace slotflow {

// Opened before the checks, which can take minutes, and written after them: until then, a file
// keeps what an earlier run wrote.
class JunitFile {
 public:
  // Waits for the reader of a FIFO. Throws Error{io_error}.
  explicit JunitFile(std::string path);

  // Replaces what the file has, and closes it. After an interrupt, waits only briefly for the
  // reader of a FIFO. Throws Error{io_error}. Call it once.
  void write(const std::string& xml, const Interrupt& interrupt);

 private:
  std::string path_;
  UniqueFd fd_;
};

}  // namespace slotflow
