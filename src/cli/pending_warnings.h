// Warnings of a command that must never wait for standard error.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <poll.h>

#include "cli/context.h"
#include "system/pipe.h"

namespace slotflow {

// Any thread may add(); the command's own thread shows them.
class PendingWarnings {
 public:
  // `context` must outlive it. Throws std::system_error when there is no descriptor left.
  explicit PendingWarnings(const Context& context);

  // Thread-safe; does not block.
  void add(std::string text);

  // What to poll for: after that show_ready() has something to do.
  pollfd awaited() const;
  // Shows what there is, unless standard error would block: then it is kept.
  void show_ready();
  // Shows what there is; waits as long as output may.
  void show_all();

 private:
  void take();

  const Context& context_;
  WakePipe news_;  // readable while something has been added and not taken
  std::mutex mutex_;
  std::vector<std::string> added_;    // guarded by mutex_
  std::vector<std::string> unshown_;  // of the command's own thread
};

}  // namespace slotflow
