#include "store/history_writer.h"

#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

#include "domain/error.h"
#include "store/history_check.h"

namespace slotflow {

namespace {

constexpr std::size_t kRemovedAtOnce = 100;  // deliveries, in one transaction
constexpr std::size_t kMostKept = 10'000;    // attempts that could not be written yet
constexpr auto kBeforeTryingAgain = std::chrono::seconds(1);

}  // namespace

HistoryWriter::HistoryWriter(HistorySettings settings)
    : settings_(std::move(settings)),
      wait_(patient_wait(settings_.wait)),
      thread_([this] { work(); }) {}

// A user who wants to stop does not wait for a lock before anything was sent. But what was sent is
// written, for as long as it takes within the limit.
LockWait HistoryWriter::patient_wait(LockWait wait) const {
  wait.pause = [this, pause = wait.pause](Duration d) {
    if (pause(d)) return true;
    if (waits_) return false;
    std::this_thread::sleep_for(d);
    return true;
  };
  return wait;
}

HistoryWriter::~HistoryWriter() {
  close();
}

bool HistoryWriter::run(std::function<void(const Database&, const std::string&)> job,
                        bool was_sent) {
  std::unique_lock lock(mutex_);
  if (failed_) return false;
  waits_ = !was_sent;
  may_fail_ = was_sent;
  has_done_ = false;
  job_ = std::move(job);
  changed_.notify_all();
  changed_.wait(lock, [this] { return !job_; });
  waits_ = false;
  return has_done_;
}

bool HistoryWriter::add(const HistoryBatch& batch) {
  return run([&](const Database& database, const std::string& owner) {
    insert_batch(database, batch, owner);
  });
}

bool HistoryWriter::add_made(const HistoryBatch& batch, const std::vector<Attempt>& attempts) {
  const auto job = [&](const Database& database, const std::string& owner) {
    insert_batch(database, batch, owner);
    for (const Attempt& attempt : attempts) {
      insert_attempt(database, attempt, AttemptTrigger::schedule);
    }
    const std::int64_t last = settings_.keep == 0 ? 0 : newest_beyond(database, settings_.keep);
    if (last != 0) remove_ended(database, {last}, batch.deliveries.size());
  };
  return run(job, true);
}

bool HistoryWriter::claim(ClaimedDeliveries& claimed, std::optional<DeliverySource> source) {
  return run([&](const Database& database, const std::string& owner) {
    check_if_small(database);
    const auto is_alive = [this](const std::string& other) {
      return HistoryLease::is_alive(settings_.path, other);
    };
    claimed = claim_pending(database, owner, is_alive, source);
  });
}

bool HistoryWriter::abandon(const std::vector<std::string>& ids) {
  return run(
      [&](const Database& database, const std::string& /*owner*/) { end_pending(database, ids); });
}

void HistoryWriter::record(Attempt attempt, AttemptTrigger trigger) {
  const std::lock_guard lock(mutex_);
  if (failed_) return;
  ++unrecorded_[attempt.delivery_id];
  ++records_;
  attempts_.push_back({std::move(attempt), trigger});
  changed_.notify_all();
}

void HistoryWriter::record_end(const std::vector<std::string>& ids) {
  const std::lock_guard lock(mutex_);
  if (failed_) return;
  records_ += ids.size();
  ends_.insert(ends_.end(), ids.begin(), ids.end());
  changed_.notify_all();
}

bool HistoryWriter::is_recorded(const std::string& delivery_id) const {
  const std::lock_guard lock(mutex_);
  return failed_ || is_late_ || !unrecorded_.contains(delivery_id);
}

std::uint64_t HistoryWriter::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

bool HistoryWriter::has_recorded(std::uint64_t first_ones) const {
  const std::lock_guard lock(mutex_);
  return failed_ || is_late_ || written_ >= first_ones;
}

void HistoryWriter::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  // The deliveries were this process's until now, even if they could not be written.
  lease_.reset();
}

std::string HistoryWriter::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::string HistoryWriter::hint() const {
  const std::lock_guard lock(mutex_);
  return hint_;
}

void HistoryWriter::fail(const Error& error) {
  const std::string reason = error.what();
  {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    failure_ = reason;
    hint_ = error.hint();
    job_ = nullptr;
    attempts_.clear();
    ends_.clear();
    unrecorded_.clear();
    changed_.notify_all();
  }
  if (settings_.on_failure) settings_.on_failure(reason);
}

void HistoryWriter::work() {
  try {
    work_until_closed();
  } catch (const SqliteError& error) {
    fail(failure_of(error));
  } catch (const Error& error) {
    fail(error);
  } catch (const std::exception& error) {
    fail(Error(ErrorCode::store_error, error.what()));
  }
  database_.reset();
}

// Moves a damaged history aside, so that the next command has one.
Error HistoryWriter::failure_of(const SqliteError& error) {
  Error failure = history_error("write", settings_.path, error);
  if (!error.is_corrupt() || database_ == nullptr) return failure;
  database_->keep_journal();
  database_.reset();
  std::string moved;
  LockWait wait = settings_.wait;
  wait.warn = [&](const std::string& text) { moved = "; " + text; };
  try {
    move_damaged_aside(settings_.path, settings_.now, wait);
  } catch (const std::exception&) {
    // The reason is enough.
  }
  return {ErrorCode::store_error, failure.what() + moved, failure.hint()};
}

void HistoryWriter::work_until_closed() {
  bool may_prune = false;  // there may be more to remove
  for (;;) {
    bool has_job = false;
    bool is_last_try = false;
    bool is_last = false;  // nobody waits for more than one batch of what is removed
    std::deque<RecordedAttempt> attempts;
    std::vector<std::string> ends;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] {
        return job_ || !attempts_.empty() || !ends_.empty() || closed_;
      };
      if (is_late_) {
        changed_.wait_for(lock, kBeforeTryingAgain, [this] { return job_ || closed_; });
      } else if (!may_prune) {
        changed_.wait(lock, has_work);
      }
      is_last_try = closed_;
      has_job = static_cast<bool>(job_);
      if (!has_job) {
        attempts = std::exchange(attempts_, {});
        ends = std::exchange(ends_, {});
        is_last = attempts.empty() && ends.empty() && closed_;
        if (is_last && !may_prune) return;
      }
    }
    if (has_job) {
      run_now();
      may_prune = true;
    } else if (!attempts.empty() || !ends.empty()) {
      write(std::move(attempts), std::move(ends), is_last_try);
      may_prune = true;  // what has ended may be too old
    } else {
      may_prune = prune() && !is_last;
      if (is_last) return;
    }
  }
}

// Nobody changes job_ while run() waits.
void HistoryWriter::run_now() {
  if (!database_) {
    database_ = open_history(settings_.path, settings_.now, wait_, settings_.lasting);
    lease_.emplace(settings_.path);
  }
  try {
    run_job();
  } catch (const SqliteError& error) {
    if (may_fail_ && (error.is_busy() || error.is_full())) return end_job(false);
    // To open a file, SQLite reads only some of its pages.
    if (!error.is_corrupt()) throw;
    database_->keep_journal();
    database_.reset();
    database_ = reopen_history(settings_.path, settings_.now, wait_, settings_.lasting);
    run_job();
  }
  end_job(true);
}

void HistoryWriter::end_job(bool has_done) {
  const std::lock_guard lock(mutex_);
  job_ = nullptr;
  has_done_ = has_done;
  changed_.notify_all();
}

void HistoryWriter::run_job() {
  WriteTransaction transaction(*database_);
  job_(*database_, lease_->owner());
  transaction.commit();
}

// Another process can have the lock for long, and a disk can be full for a while: then the attempts
// are kept for later, and retries do not wait for them.
void HistoryWriter::write(std::deque<RecordedAttempt> attempts, std::vector<std::string> ends,
                          bool is_last_try) {
  try {
    WriteTransaction transaction(*database_);
    for (const RecordedAttempt& recorded : attempts) {
      insert_attempt(*database_, recorded.attempt, recorded.trigger);
    }
    end_pending(*database_, ends);
    transaction.commit();
  } catch (const SqliteError& error) {
    const bool may_pass = error.is_busy() || error.is_full();
    if (!may_pass || is_last_try || attempts.size() > kMostKept) throw;
    const std::lock_guard lock(mutex_);
    attempts_.insert(attempts_.begin(), std::move_iterator(attempts.begin()),
                     std::move_iterator(attempts.end()));
    ends_.insert(ends_.begin(), ends.begin(), ends.end());
    is_late_ = true;
    return;
  }
  const std::lock_guard lock(mutex_);
  is_late_ = false;
  written_ += attempts.size() + ends.size();
  for (const RecordedAttempt& recorded : attempts) {
    const auto found = unrecorded_.find(recorded.attempt.delivery_id);
    if (--found->second == 0) unrecorded_.erase(found);
  }
}

// Returns whether there may be more to remove.
bool HistoryWriter::prune() {
  if (settings_.keep == 0) return false;
  const std::int64_t last = newest_beyond(*database_, settings_.keep);
  if (last == 0) return false;  // needs no lock
  try {
    WriteTransaction transaction(*database_);
    const std::size_t removed = remove_ended(*database_, {last}, kRemovedAtOnce);
    if (removed > 0) transaction.commit();
    return removed == kRemovedAtOnce;
  } catch (const SqliteError& error) {
    if (!error.is_busy() && !error.is_full()) throw;
    return false;  // another time
  }
}

}  // namespace slotflow
