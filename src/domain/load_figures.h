// What a load test measures.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/histogram.h"

namespace slotflow {

// An event that starts more than this after it was due has started late.
inline constexpr std::chrono::microseconds kLateStart = std::chrono::milliseconds(10);

// What became of one event. Times count from when the measuring began.
struct LoadSample {
  std::chrono::microseconds due{0};
  std::chrono::microseconds started{0};
  std::chrono::microseconds ended{0};
  const Reply* reply = nullptr;

  // From the moment at which it was due: a wait for an endpoint that stalls is included.
  std::chrono::microseconds latency() const { return ended - due; }
  // From the moment at which it was sent.
  std::chrono::microseconds service() const { return ended - started; }
};

// Errors of one kind.
struct LoadError {
  std::uint64_t count = 0;
  std::chrono::microseconds first_at{0};  // when it started
  std::string example;                    // what was known about the first one
};

// What happened in a part of the time. An event belongs to the part in which it was due.
struct LoadInterval {
  std::uint64_t started = 0;
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
  std::map<int, std::uint64_t> statuses = {};
  std::uint64_t errors = 0;
  Histogram latency = {};

  void add(const LoadInterval& other);
};

// Counts what it is told of, in bounded memory. Not thread-safe.
class LoadFigures {
 public:
  static constexpr std::size_t kMaxIntervals = 300;

  void start(std::chrono::microseconds due);
  // `delay`: how long after it was due an event started that was sent.
  void add_start_delay(std::chrono::microseconds delay);
  void drop(std::chrono::microseconds due);
  void drop_started(std::chrono::microseconds due);  // it could not be sent
  void end(const LoadSample& sample);

  std::uint64_t started() const { return started_; }
  std::uint64_t late() const { return late_; }
  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t asked() const { return started_ + dropped_; }
  std::uint64_t answered() const { return answered_; }    // with any status
  std::uint64_t succeeded() const { return succeeded_; }  // 2xx
  std::uint64_t failed() const { return failed_; }        // all others that have ended
  std::uint64_t unfinished() const { return started_ - succeeded_ - failed_; }
  const std::map<int, std::uint64_t>& statuses() const { return statuses_; }
  const std::map<FailureKind, LoadError>& errors() const { return errors_; }
  std::uint64_t error_count() const;

  // Of responses and time-outs. An endpoint that refuses connections does so at once, which says
  // nothing about how long events take.
  const Histogram& latency() const { return latency_; }
  const Histogram& service() const { return service_; }
  // From the moment at which an event was due to that at which it started.
  const Histogram& start_delay() const { return start_delay_; }

  // Returns equal parts of the time, from the begin; each takes interval_length().
  const std::vector<LoadInterval>& intervals() const { return intervals_; }
  std::chrono::microseconds interval_length() const { return interval_length_; }

 private:
  LoadInterval& interval_at(std::chrono::microseconds due);

  std::uint64_t started_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t succeeded_ = 0;
  std::uint64_t failed_ = 0;
  std::map<int, std::uint64_t> statuses_;
  std::map<FailureKind, LoadError> errors_;
  Histogram latency_;
  Histogram service_;
  Histogram start_delay_;
  std::vector<LoadInterval> intervals_;
  std::chrono::microseconds interval_length_ = std::chrono::seconds(1);
};

}  // namespace slotflow
