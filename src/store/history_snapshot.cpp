#include "store/history_snapshot.h"

#include <chrono>
#include <thread>
#include <utility>

namespace slotflow {

namespace {

// Says nothing, unlike a LockWait: that is for one thread.
bool wait_to_read(int calls) {
  constexpr int kMostCalls = 1'000;
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return calls < kMostCalls;
}

}  // namespace

HistorySnapshot::HistorySnapshot(const Database& database, const std::string& path,
                                 std::size_t wanted) {
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    // Another connection's commit changes it.
    const std::int64_t before = database.number("PRAGMA data_version");
    open(path, wanted);
    if (database.number("PRAGMA data_version") == before) return;
  }
  open(path, 1);
}

void HistorySnapshot::open(const std::string& path, std::size_t count) {
  views_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    auto database = std::make_unique<Database>(path, &wait_to_read, Database::Access::read);
    database->run("PRAGMA cell_size_check = ON");
    auto transaction = std::make_unique<ReadTransaction>(*database);
    database->number("SELECT count(*) FROM sqlite_schema");  // what it sees is decided now
    views_.push_back({std::move(database), std::move(transaction)});
  }
}

}  // namespace slotflow
