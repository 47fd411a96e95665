// A file that an option names for the report of a command.
#pragma once

#include <string>

#include "system/interrupt.h"
#include "system/unique_fd.h"

namespace slotflow {

// Opened before the work, which can take minutes, and written after it: until then, a file keeps
// what an earlier run wrote.
class ReportFile {
 public:
  // Waits for the reader of a FIFO. Throws Error{io_error} that begins with `option`.
  ReportFile(std::string option, std::string path);

  // Replaces what the file has, and closes it. After an interrupt, waits only briefly for the
  // reader of a FIFO. Throws Error{io_error}. Call it once.
  void write(const std::string& report, const Interrupt& interrupt);

 private:
  [[noreturn]] void refuse(const std::string& reason, const char* hint = "") const;

  std::string option_;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace slotflow
