// Warnings of a command that must never block on standard error.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <poll.h>

#include "cli/context.h"
#include "system/pipe.h"

namespace slotflow {

// add() may be called from any thread; everything else from the command's own thread.
class PendingWarnings {
 public:
  // `context` must outlive this object. Throws std::system_error if no descriptor is available.
  explicit PendingWarnings(const Context& context);

  // Thread-safe. Does not block.
  void add(std::string text);

  // Returns what to poll for. Once it is ready, call show_ready().
  pollfd awaited() const;
  // Prints the waiting warnings. Keeps them if standard error would block.
  void show_ready();
  // Prints the waiting warnings, and blocks as long as output may.
  void show_all();

 private:
  void take();

  const Context& context_;
  WakePipe news_;  // readable after add(), until take()
  std::mutex mutex_;
  std::vector<std::string> added_;    // guarded by mutex_
  std::vector<std::string> unshown_;  // used by the command's own thread only
};

}  // namespace slotflow
