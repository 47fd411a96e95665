// Files that options name for the reports of a command.
#pragma once

#include <string>

#include "system/interrupt.h"
#include "system/unique_fd.h"

namespace slotflow {

enum class OldContent { stays, goes };
// Opens a file to write it, and creates it if there is none. Waits for the reader of a FIFO, unless
// it is interrupted. Throws Error{io_error} that begins with `option`, and Interrupted.
UniqueFd open_report(const std::string& option, const std::string& path, OldContent old,
                     const Interrupt& interrupt);
// Throws Error{io_error} that begins with `option`.
[[noreturn]] void refuse_report(const std::string& option, const std::string& path,
                                const std::string& reason, const char* hint = "");

// Opened before the work, which can take minutes, and written after it: until then, a file keeps
// what an earlier run wrote.
class ReportFile {
 public:
  // As open_report().
  ReportFile(std::string option, std::string path, const Interrupt& interrupt);

  // Replaces what the file has, and closes it. After an interrupt, waits only briefly for the
  // reader of a FIFO. Throws Error{io_error}. Call it once.
  void write(const std::string& report, const Interrupt& interrupt);

 private:
  std::string option_;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace slotflow
