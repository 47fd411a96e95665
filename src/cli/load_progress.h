// Shows on standard error how far a load test has come.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/context.h"
#include "report/load.h"

namespace slotflow {

// On a terminal, one line that changes; elsewhere, a line every few seconds; with --quiet, nothing.
// Writes on its own thread, so that nothing waits for the terminal: what it cannot show in time is
// left out. Nothing else may write to standard error meanwhile.
class LoadProgress {
 public:
  // `context` must outlive this object. Throws std::system_error if no thread can be started.
  explicit LoadProgress(const Context& context);
  ~LoadProgress();  // calls finish()
  LoadProgress(const LoadProgress&) = delete;
  LoadProgress& operator=(const LoadProgress&) = delete;

  // Returns how often to call show().
  Duration interval() const;
  void show(const LoadMoment& moment);
  // Ends the thread, and removes the line from the terminal.
  void finish();

 private:
  void work();

  const Context& context_;
  const std::size_t columns_;  // of the terminal; 0: there is none
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;  // guarded by mutex_, like finished_
  bool finished_ = false;
  bool has_line_ = false;  // on the terminal; used by the thread, and after it
  std::thread thread_;
};

}  // namespace slotflow
