#include "store/history_snapshot.h"

#include <cstdint>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "support/histories.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("history_snapshot: all connections see the same, whatever is written meanwhile") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 1);
  const Database database = second_connection(path);
  std::jthread writing([&path](const std::stop_token& stopped) {
    const Database other = second_connection(path);
    while (!stopped.stop_requested())
      other.run(
          "INSERT INTO human VALUES (NULL, hex(randomblob(9)), "
          "'', NULL, NULL, 'UTC', 1, 0, NULL)");
  });
  constexpr const char* kCount = "SELECT count(*) FROM human";
  constexpr std::size_t kWanted = 3;
  for (int round = 0; round < 20; ++round) {
    const HistorySnapshot snapshot(database, path, kWanted);
    REQUIRE((snapshot.size() == kWanted || snapshot.size() == 1));
    const std::int64_t count = snapshot[0].number(kCount);
    for (std::size_t i = 0; i < snapshot.size(); ++i) CHECK(snapshot[i].number(kCount) == count);
  }
}

TEST_CASE("history_snapshot: there are as many as wanted if nothing is written") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 2);
  const Database database = second_connection(path);
  const HistorySnapshot snapshot(database, path, 4);
  REQUIRE(snapshot.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(snapshot[i].number("SELECT count(*) FROM delivery") == 2);
  }
}
