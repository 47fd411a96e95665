#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/organisations.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("organisation: of 100 clients after one slot, one gets it") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  // Two connections, as two processes have them.
  Organisation first = open_organisation(path, "a");
  Organisation second = open_organisation(path, "b");
  const std::string ada = first.add_human(kAda, std::nullopt, kHistoryTime).id;
  first.set_availability(ada, office_hours());
  // The slot on the grid, and meetings that overlap it in part.
  const std::vector<const char*> starts{"2026-03-16T14:00Z", "2026-03-16T14:15Z",
                                        "2026-03-16T14:29Z"};
  std::atomic<int> booked{0};
  std::atomic<int> unavailable{0};
  std::atomic<int> written{0};
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < 100; ++i) {
    clients.emplace_back([&, i] {
      try {
        (i % 2 == 0 ? first : second)
            .book(booking_at(ada, starts[i % 3]), std::nullopt, kHistoryTime,
                  {[&](const Database&, const Booking&) { ++written; }});
        ++booked;
      } catch (const Error& error) {
        if (error.code() == ErrorCode::slot_unavailable) ++unavailable;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(booked == 1);
  CHECK(unavailable == 99);
  CHECK(written == 1);
  CHECK(first.bookings({}, 50, 0).total == 1);
}

TEST_CASE("organisation: a plan's last place is given once") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  Organisation first = open_organisation(path, "a");
  Organisation second = open_organisation(path, "b");
  std::atomic<int> added{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&, i] {
      try {
        (i % 2 == 0 ? first : second).add_human(kAda, Plan::free, kHistoryTime);
        ++added;
      } catch (const Error&) {
        // the limit
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(added == 1);
  CHECK(second.humans().size() == 1);
}
