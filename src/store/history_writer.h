// Writes the history of deliveries, without making anyone wait for the disk who need not.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/delivery.h"
#include "domain/error.h"
#include "domain/history.h"
#include "store/history_file.h"
#include "store/history_lease.h"
#include "store/history_rows.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"

namespace slotflow {

inline constexpr std::size_t kHistoryKeep = 10'000;  // deliveries, by default

struct HistorySettings {
  std::string path;
  Timestamp now;                    // names the files of a damaged history
  std::size_t keep = kHistoryKeep;  // the newest deliveries; 0 keeps all
  LockWait wait = {};
  Lasting lasting = Lasting::power_cut;
  // Gets why the history is not kept, at once. Called on the thread.
  std::function<void(const std::string& reason)> on_failure = {};
};

// Its own thread has a connection that writes, and commits together what is waiting. If the history
// cannot be written, all later calls do nothing: deliveries go on without it. Thread-safe,
// except add(), add_made(), claim(), abandon() and close().
class HistoryWriter {
 public:
  // Throws std::system_error if no thread can be started.
  explicit HistoryWriter(HistorySettings settings);
  ~HistoryWriter();  // calls close()
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;

  // Waits until the batch is on the disk. The deliveries are pending, and this process is their
  // owner. Returns false if the history is not kept, see failure().
  bool add(const HistoryBatch& batch);
  // Waits until deliveries that have been made are on the disk: `attempts` are all of theirs. As
  // many old ones are removed. Returns false if that failed: if the history is still kept, because
  // of a lock or a full disk, it can be tried again.
  bool add_made(const HistoryBatch& batch, const std::vector<Attempt>& attempts);
  // Makes this process the owner of the pending deliveries that have none, or whose owner does not
  // run any more; with `source`, only of those that it has made. Returns false if that failed, see
  // failure().
  bool claim(ClaimedDeliveries& claimed, std::optional<DeliverySource> source = std::nullopt);
  // Returns the name of this process as an owner; empty before the first add() or claim().
  std::string owner() const { return lease_ ? lease_->owner() : ""; }
  // Ends pending deliveries that can never be made. Returns false if that failed, see failure().
  bool abandon(const std::vector<std::string>& ids);
  // Writes an attempt of a delivery that was added. Does not wait.
  void record(Attempt attempt, AttemptTrigger trigger);
  // Ends deliveries that were added and will not be made any more. Does not wait.
  void record_end(const std::vector<std::string>& ids);
  // Returns whether all attempts of this delivery that were recorded are on the disk, or never will
  // be.
  bool is_recorded(const std::string& delivery_id) const;
  // Returns how many attempts and ends were recorded, and whether the first ones of them are on the
  // disk, or never will be.
  std::uint64_t records() const;
  bool has_recorded(std::uint64_t first_ones) const;
  // Waits until all is on the disk. Deliveries that are still pending have no owner afterwards.
  void close();

  // Returns why the history is not kept; empty if it is.
  std::string failure() const;
  // Returns what to do about failure(); empty if nothing is known.
  std::string hint() const;

 private:
  struct RecordedAttempt {
    Attempt attempt;
    AttemptTrigger trigger;
  };

  void work();
  void work_until_closed();
  // Returns whether the job was done.
  bool run(std::function<void(const Database& database, const std::string& owner)> job,
           bool was_sent = false);
  void run_now();
  void run_job();
  void end_job(bool has_done);
  void write(std::deque<RecordedAttempt> attempts, std::vector<std::string> ends, bool is_last_try);
  bool prune();
  Error failure_of(const SqliteError& error);
  void fail(const Error& error);

  LockWait patient_wait(LockWait wait) const;

  const HistorySettings settings_;
  const LockWait wait_;                // of the settings, but see patient_wait()
  std::atomic<bool> waits_{false};     // run() does, for a job that an interrupt ends
  std::optional<HistoryLease> lease_;  // used by the thread only, as is database_
  std::unique_ptr<Database> database_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void(const Database& database, const std::string& owner)>
      job_;                // in one transaction; guarded by mutex_, as are all below
  bool may_fail_ = false;  // job_ may, because of a lock or a full disk
  bool has_done_ = false;  // the last job_
  std::deque<RecordedAttempt> attempts_;
  std::vector<std::string> ends_;          // ids, after their attempts
  std::map<std::string, int> unrecorded_;  // attempts by delivery
  std::uint64_t records_ = 0;              // attempts and ends
  std::uint64_t written_ = 0;              // of them
  bool is_late_ = false;                   // attempts could not be written yet
  bool failed_ = false;
  std::string failure_;
  std::string hint_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace slotflow
