// Shows attempts as they end, without the event loop waiting for the output.
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

// A thread of its own writes: while nobody reads the output, deadlines go on. Nothing is left out:
// when much is waiting to be shown, the scheduler begins no more attempts.
class AttemptReports : public DeliveryObserver {
 public:
  // `output` must outlive it. Throws std::system_error if no thread can be had.
  explicit AttemptReports(Output& output);
  ~AttemptReports() override;  // finishes

  void attempted(const Attempt& attempt) override;
  bool is_behind() const override;

  // Returns when everything has been shown. Nothing may be attempted after that.
  void finish();

 private:
  void work();

  Output& output_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Attempt> waiting_;  // guarded by mutex_, as are the next two
  std::size_t waiting_bytes_ = 0;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace slotflow
