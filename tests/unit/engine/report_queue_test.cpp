#include "engine/report_queue.h"

#include <atomic>

#include <doctest/doctest.h>

#include "support/gate.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

ReceivedRequest numbered(std::uint64_t n) {
  ReceivedRequest request;
  request.n = n;
  return request;
}

}  // namespace

TEST_CASE("report_queue: all that was pushed has been handed over, in order, when it is closed") {
  std::vector<std::uint64_t> seen;
  {
    ReportQueue queue([&](std::span<const ReceivedRequest> requests) {
      for (const ReceivedRequest& request : requests) seen.push_back(request.n);
    });
    for (std::uint64_t n = 1; n <= 5'000; ++n) queue.push(numbered(n));
    queue.close();
    CHECK(seen.size() == 5'000);
  }
  for (std::uint64_t n = 1; n <= 5'000; ++n) REQUIRE(seen[n - 1] == n);
}

TEST_CASE("report_queue: a slow reader slows the others down, and nothing is lost") {
  std::atomic<std::uint64_t> pushed{0};
  std::atomic<bool> let_go{false};
  std::uint64_t most_waiting = 0, seen = 0;
  ReportQueue queue([&](std::span<const ReceivedRequest> requests) {
    while (!let_go) std::this_thread::yield();
    seen += requests.size();
    most_waiting = std::max<std::uint64_t>(most_waiting, requests.size());
  });
  std::thread pusher([&] {
    for (std::uint64_t n = 1; n <= 3 * ReportQueue::kMost; ++n) {
      queue.push(numbered(n));
      ++pushed;
    }
  });
  // What fits is taken at once: those waiting, and those the reader holds.
  while (pushed < ReportQueue::kMost) std::this_thread::yield();
  CHECK(pushed <= 2 * ReportQueue::kMost);
  let_go = true;
  pusher.join();
  queue.close();
  CHECK(seen == 3 * ReportQueue::kMost);
  CHECK(most_waiting <= ReportQueue::kMost);
}
