// Reports attempts as they end, without blocking the event loop on output.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "cli/app.h"
#include "report/deliveries.h"
#include "report/output.h"
#include "send/scheduler.h"

namespace slotflow {

// Writes on its own thread, so that deadlines are kept even if nobody reads the output. Drops
// nothing: while too much is waiting to be written, the scheduler starts no attempts. If the reader
// has left, as `head` does, nobody sees what follows: it triggers the interrupt of `world`.
class AttemptReports : public DeliveryObserver {
 public:
  // `output` writes to `world.out`. Both must outlive this object. Throws std::system_error if no
  // thread can be started.
  AttemptReports(Output& output, World& world);
  ~AttemptReports() override;  // calls finish()

  void attempted(const Attempt& attempt) override;
  bool is_behind() const override;

  // Returns when everything has been written. attempted() must not be called afterwards.
  void finish();
  // Returns whether the reader left before the end. Call it after finish().
  bool reader_left() const { return reader_left_; }
  // Returns whether an endpoint accepted a request that is invalid on purpose. Call it after
  // finish().
  bool accepted_flaws() const { return accepted_flaws_; }

 private:
  void work();

  Output& output_;
  World& world_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Attempt> waiting_;  // guarded by mutex_, like the next three
  std::size_t waiting_bytes_ = 0;
  bool finished_ = false;
  bool accepted_flaws_ = false;
  bool reader_left_ = false;
  std::thread thread_;
};

}  // namespace slotflow
