// The file of `load --results`.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>

#include "domain/timestamp.h"
#include "receive/report_queue.h"
#include "report/load_files.h"
#include "system/fd_output.h"

namespace slotflow {

// Returns approximately how many bytes of memory it takes.
std::size_t memory_of(const LoadResult& result);

// Writes on its own thread, so that no event waits for the disk. add() is not thread-safe.
class LoadResults {
 public:
  // Replaces what the file has. `interrupt` must outlive this object. Throws Error{io_error}.
  LoadResults(std::string path, const Interrupt& interrupt);

  // `began`: when the measuring begins. Call it before add().
  void begin(Timestamp began) { began_ = began; }
  // Numbers the result, and writes it later.
  void add(LoadResult result);
  // Waits until all is written, but not long for a reader that has stopped. Returns why some
  // results are missing, for people; empty if none is.
  std::string finish();
  // After finish(): throws Error{io_error} if the file could not be written, as when the disk is
  // full. A reader that has gone is no error.
  void expect_written() const;

 private:
  std::size_t write(std::span<const LoadResult> results);

  std::string path_;
  Timestamp began_;
  std::uint64_t next_ = 0;
  OutputPatience patience_;
  FdOutput file_;
  std::ostream out_;
  ItemQueue<LoadResult> queue_;  // last: its thread uses the others
};

}  // namespace slotflow
