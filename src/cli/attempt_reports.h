// Reports attempts as they end, without blocking the event loop on output.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "report/deliveries.h"
#include "report/output.h"
#include "send/scheduler.h"

namespace slotflow {

// Writes on its own thread, so that deadlines are kept even if nobody reads the output. Drops
// nothing: while too much is waiting to be written, the scheduler starts no attempts.
class AttemptReports : public DeliveryObserver {
 public:
  // `output` must outlive this object. Throws std::system_error if no thread can be started.
  explicit AttemptReports(Output& output);
  ~AttemptReports() override;  // calls finish()

  void attempted(const Attempt& attempt) override;
  bool is_behind() const override;

  // Returns when everything has been written. attempted() must not be called afterwards.
  void finish();

 private:
  void work();

  Output& output_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Attempt> waiting_;  // guarded by mutex_, like the next two
  std::size_t waiting_bytes_ = 0;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace slotflow
