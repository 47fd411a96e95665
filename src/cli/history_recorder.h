// Keeps the deliveries of a command in the history, while they are made.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/secret_words.h"
#include "domain/history.h"
#include "send/scheduler.h"
#include "store/history_writer.h"

namespace slotflow {

struct RecorderOptions {
  std::string path = {};  // of the history; empty: beside the store
  Lasting lasting = Lasting::power_cut;
  // Gets the warnings that come while deliveries are made, on another thread, and why the history
  // is not kept any more. Empty: finish() shows them.
  std::function<void(const std::string& text)> warn = {};
  // Whether another thread than the one that begins writes to standard error: then `warn` gets all
  // warnings, also those of begin().
  bool warns_elsewhere = false;
};

// Observes deliveries for the history and for another observer. Whatever happens to the history,
// the deliveries go on: a warning says that they are not kept.
class HistoryRecorder : public DeliveryObserver {
 public:
  // `context` and `next` must outlive this object. `next` gets the requests of attempts only if it
  // `wants_requests`.
  HistoryRecorder(Context& context, DeliveryObserver& next, bool wants_requests,
                  RecorderOptions options = {});

  // Writes what is about to be sent, and waits until it is on the disk. Call hide_secrets_of()
  // before.
  void begin(HistoryBatch batch);
  // Writes deliveries that have been made: `attempts` are all of theirs. Waits until that is on the
  // disk. Call begin() before, with an empty batch. Returns false if that failed: while is_kept(),
  // it can be tried again.
  bool keep(HistoryBatch batch, std::vector<Attempt> attempts);
  // Makes this process the owner of the pending deliveries that no running process owns; with
  // `source`, only of those that it has made. Throws Error{store_error}, and Interrupted.
  ClaimedDeliveries claim(std::optional<DeliverySource> source = std::nullopt);
  // Returns the name that this process has as an owner. Call it after claim().
  std::string owner() const { return writer_->owner(); }
  // Ends pending deliveries that can never be made. Waits until that is on the disk.
  void abandon(const std::vector<std::string>& ids);
  // As abandon(), while deliveries are made. Does not wait.
  void ended(const std::vector<std::string>& ids) {
    if (writer_ != nullptr) writer_->record_end(ids);
  }
  // Keeps what the deliveries use out of the history: replaces secrets wherever a handler repeats
  // them, and the values of the user's headers that may be secrets. planned() does it, too.
  void hide_secrets_of(const std::vector<Lane>& lanes);
  // Returns `reply` as the history keeps it, without what hide_secrets_of() names.
  Reply without_secrets(Reply reply) const;
  // Returns whether the scheduler has to keep the requests of attempts.
  bool wants_requests() const { return wants_requests_ || writer_ != nullptr; }

  void planned(const Delivery& delivery) override;
  void attempted(const Attempt& attempt) override;
  bool is_behind() const override { return next_.is_behind(); }
  bool is_recorded(const Delivery& delivery) const override {
    return writer_ == nullptr || writer_->is_recorded(delivery.id);
  }
  std::uint64_t records() const override { return writer_ == nullptr ? 0 : writer_->records(); }
  bool has_recorded(std::uint64_t first_ones) const override {
    return writer_ == nullptr || writer_->has_recorded(first_ones);
  }

  // Returns whether what is left of deliveries can be resumed.
  bool is_kept() const { return writer_ != nullptr && writer_->failure().empty(); }

  // Waits until all is on the disk. attempted() must not be called afterwards.
  void finish();

 private:
  HistorySettings settings();
  void hide_secrets_of(const Delivery& delivery);
  void warn_from_writer(const std::string& text);
  void withhold_secrets(DeliveryPlan& plan) const;
  Attempt without_secrets(Attempt attempt) const;
  void warn(const std::string& reason) const;

  Context& context_;
  DeliveryObserver& next_;
  bool wants_requests_;
  RecorderOptions options_;
  std::set<std::string> claimed_;       // ids
  SecretWords secrets_;                 // what must not be kept
  std::set<std::string> withheld_;      // names of headers, in lower case
  std::atomic<bool> has_begun_{false};  // begin() or claim() has returned
  std::mutex mutex_;
  std::vector<std::string> warnings_;      // of the writer, from then on; guarded by mutex_
  std::unique_ptr<HistoryWriter> writer_;  // null: there is no history
};

}  // namespace slotflow
