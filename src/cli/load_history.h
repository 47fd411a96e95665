// The deliveries of `load --record`, in the history.
#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/history_recorder.h"
#include "domain/history.h"
#include "domain/load_figures.h"
#include "receive/report_queue.h"
#include "send/delivery.h"

namespace slotflow {

// An event that was sent, and what became of it.
struct LoadedEvent {
  std::size_t endpoint = 0;
  Timestamp at;  // when it was sent
  Request request;
  Reply reply;
};

// Returns approximately how many bytes of memory it takes.
std::size_t memory_of(const LoadedEvent& event);

// Writes on its own thread, many events at once, so that none waits for the disk: an event is
// written after it has ended. While the history is locked or the disk is full, events wait in
// memory, up to some 32 MiB; those that come then are missing. add() is not thread-safe.
class LoadHistory {
 public:
  // `plan` has a delivery for each endpoint, and an event, as `ones` have. If the history cannot be
  // written, warns, and keeps nothing. `context` must outlive this object. Throws std::system_error
  // if no thread can be started.
  // `keep_alive`: as http::request_head().
  LoadHistory(Context& context, HistoryBatch plan, const Lane& ones, bool keep_alive);

  // `began`: when the measuring begins. Call it before add().
  void begin(Timestamp began) { began_ = began; }
  void add(const LoadSample& sample, const Request& request, std::size_t endpoint);
  // Waits until all is on the disk, and warns of what is not kept. Returns why some events are
  // missing, for people; empty if none is.
  std::string finish();

 private:
  struct Nobody : DeliveryObserver {
    void attempted(const Attempt& /*attempt*/) override {}
  };

  std::size_t write(std::span<const LoadedEvent> events);

  const HistoryBatch plan_;
  const bool keep_alive_;
  Timestamp began_;
  std::atomic<bool> ends_{false};
  Nobody nobody_;
  HistoryRecorder recorder_;
  ItemQueue<LoadedEvent> queue_;  // last: its thread uses the others
};

}  // namespace slotflow
