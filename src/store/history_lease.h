// Shows other processes that the deliveries of this one are being made.
#pragma once

#include <string>

#include "system/unique_fd.h"

namespace slotflow {

// While it exists, this process owns the deliveries that have its name in the history. A file
// beside the history is locked for as long: however the process ends, the system releases it.
// (A process id would not do: in another container, or later, it is another process.)
class HistoryLease {
 public:
  // Removes the files of processes that were killed. Throws Error{store_error} if its own cannot
  // be created or locked.
  explicit HistoryLease(const std::string& history_path);
  ~HistoryLease();
  HistoryLease(const HistoryLease&) = delete;
  HistoryLease& operator=(const HistoryLease&) = delete;

  const std::string& owner() const { return owner_; }

  // Returns whether the process that has this name still runs. Removes the file of one that was
  // killed.
  static bool is_alive(const std::string& history_path, const std::string& owner);

 private:
  bool lock();

  std::string owner_;
  std::string path_;
  UniqueFd file_;
};

}  // namespace slotflow
