// Histories for tests: what is put into them, how they wait, and their bytes on the disk.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "domain/history.h"
#include "store/history_file.h"
#include "store/history_reader.h"
#include "store/history_rows.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"
#include "support/temp_dir.h"

namespace slotflow::test {

inline const Timestamp kHistoryTime = from_unix_seconds(1'773'151'500);  // 2026-03-10T14:05:00Z

// A wait for locks that takes no time, and what it said.
struct CountedWait {
  Duration waited{0};
  Duration told_at{0};
  std::vector<std::string> told;
  bool interrupted = false;
  LockWait wait{.pause =
                    [this](Duration d) {
                      waited += d;
                      return !interrupted;
                    },
                .warn =
                    [this](const std::string& text) {
                      told.push_back(text);
                      told_at = waited;
                    }};
};

// A batch with one event, of which each URL gets a delivery in a lane of its own: "a0", "a1".
inline HistoryBatch batch_to(const std::string& prefix, const std::vector<std::string>& urls,
                             Timestamp at = kHistoryTime) {
  HistoryBatch batch{at, DeliverySource::fire, {{"booking.confirmed", "b-1", "{\"n\":1}"}}, {}};
  for (std::size_t i = 0; i < urls.size(); ++i) {
    batch.deliveries.push_back(
        {prefix + std::to_string(i), 0, i, std::nullopt, urls[i], DeliveryPlan()});
  }
  return batch;
}

inline Attempt recorded_attempt(const std::string& id, int number, Reply reply, Outcome outcome) {
  Attempt attempt;
  attempt.delivery_id = id;
  attempt.number = number;
  attempt.at = kHistoryTime + std::chrono::seconds(number);
  attempt.reply = std::move(reply);
  attempt.outcome = outcome;
  if (outcome == Outcome::retrying) attempt.next_attempt_in = Duration(5000);
  attempt.request = RequestBytes{"POST / HTTP/1.1\r\n\r\n", "", 0};
  return attempt;
}

inline Reply reply_of(int status, std::string body = "") {
  Response response;
  response.status = status;
  response.reason = "Why";
  response.body = std::move(body);
  return {std::move(response), "127.0.0.1:1", std::chrono::microseconds(1500)};
}

inline Reply reply_of(FailureKind kind, std::string detail = "") {
  return {Failure{kind, std::move(detail)}, "", std::chrono::microseconds(1500)};
}

// What is added to the name of a history that is moved aside at that time.
inline constexpr char kAside[] = ".corrupt-20260310T140500.000Z";

inline std::unique_ptr<Database> opened_history(const std::string& path, const LockWait& wait) {
  return open_history(path, kHistoryTime, wait);
}

// Adds deliveries of one event.
inline void fill_history(const std::string& path, int deliveries) {
  const LockWait wait;
  const auto database = opened_history(path, wait);
  HistoryBatch batch =
      batch_to("id", std::vector<std::string>(static_cast<std::size_t>(deliveries), "http://a/"));
  batch.events[0].payload = std::string(2000, 'p');
  WriteTransaction transaction(*database);
  insert_batch(*database, batch, "owner");
  transaction.commit();
}

inline std::size_t count_in_history(const std::string& path, const LockWait& wait) {
  return HistoryReader(path, kHistoryTime, wait).count({});
}

// All bytes of the database and of the files that SQLite keeps beside it.
inline std::string raw_bytes(const std::string& path) {
  std::string bytes;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) bytes += slurp(path + suffix);
  return bytes;
}

// A second connection, as another process has it. It waits for locks, without an end.
inline Database second_connection(const std::string& path) {
  return Database(path, [](int) {
    std::this_thread::yield();
    return true;
  });
}

}  // namespace slotflow::test
