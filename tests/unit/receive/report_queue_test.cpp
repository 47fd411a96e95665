#include "receive/report_queue.h"

#include <atomic>
#include <string>

#include <doctest/doctest.h>

#include "support/gate.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

ReceivedRequest numbered(std::uint64_t n, std::size_t body = 0) {
  ReceivedRequest request;
  request.n = n;
  request.body.assign(body, 'x');
  return request;
}

// Shows nothing until it is let go.
struct HeldReader {
  Gate begun, let_go;
  std::vector<std::uint64_t> seen;

  ReportQueue::Report report() {
    return [this](std::span<const ReceivedRequest> requests) {
      begun.arrive();
      CHECK(let_go.await(1));
      for (const ReceivedRequest& request : requests) seen.push_back(request.n);
      return requests.size();
    };
  }
};

}  // namespace

TEST_CASE("report_queue: all that was pushed has been shown, in order, when it is closed") {
  std::vector<std::uint64_t> seen;
  ReportQueue queue([&](std::span<const ReceivedRequest> requests) {
    for (const ReceivedRequest& request : requests) seen.push_back(request.n);
    return requests.size();
  });
  for (std::uint64_t n = 1; n <= 5'000; ++n) queue.push(numbered(n));
  queue.close();
  REQUIRE(seen.size() == 5'000);
  for (std::uint64_t n = 1; n <= 5'000; ++n) REQUIRE(seen[n - 1] == n);
  CHECK(queue.not_shown() == 0);
}

TEST_CASE(
    "report_queue: while the reader is stuck, no more is kept than fits, and the rest counted") {
  HeldReader reader;
  int full = 0;
  constexpr std::size_t kBody = 10'000;
  ReportQueue queue(reader.report(), [&] { ++full; }, 100'000);
  queue.push(numbered(1, kBody));
  REQUIRE(reader.begun.await(1));  // what is being shown takes its room still
  for (std::uint64_t n = 2; n <= 1'000; ++n) queue.push(numbered(n, kBody));
  const std::size_t fits =
      (100'000 + memory_of(numbered(1, kBody)) - 1) / memory_of(numbered(1, kBody));
  CHECK(queue.not_shown() == 1'000 - fits);
  CHECK(full == 1);
  reader.let_go.arrive();
  queue.close();
  CHECK(reader.seen.size() == fits);
  CHECK(reader.seen.back() == fits);
  CHECK(queue.not_shown() == 1'000 - fits);
}

TEST_CASE("report_queue: requests that have been shown make room") {
  std::size_t seen = 0;
  ReportQueue queue(
      [&](std::span<const ReceivedRequest> requests) {
        seen += requests.size();
        return requests.size();
      },
      {}, 1);
  for (std::uint64_t n = 1; n <= 10; ++n) {
    std::uint64_t lost = 0;
    do {  // until the one before has been shown
      std::this_thread::yield();
      lost = queue.not_shown();
      queue.push(numbered(n));
    } while (queue.not_shown() > lost);
  }
  queue.close();
  CHECK(seen == 10);
}

TEST_CASE("report_queue: a request larger than the capacity is accepted if nothing waits") {
  std::size_t seen = 0;
  ReportQueue queue(
      [&](std::span<const ReceivedRequest> requests) {
        seen += requests.size();
        return requests.size();
      },
      {}, 10);
  queue.push(numbered(1, 1'000'000));
  queue.close();
  CHECK(seen == 1);
}

TEST_CASE("report_queue: hands over few at a time where they are large") {
  HeldReader reader;
  std::atomic<std::size_t> largest{0};
  ReportQueue queue([&](std::span<const ReceivedRequest> requests) {
    largest = std::max(largest.load(), requests.size());
    return reader.report()(requests);
  });
  for (std::uint64_t n = 1; n <= 8; ++n) queue.push(numbered(n, ReportQueue::kBatch / 2 - 10'000));
  reader.let_go.arrive();
  queue.close();
  CHECK(reader.seen.size() == 8);
  CHECK(largest <= 2);
}

TEST_CASE("report_queue: close() waits for what is left, and later requests are dropped") {
  HeldReader reader;
  ReportQueue queue(reader.report());
  for (std::uint64_t n = 1; n <= 10; ++n) queue.push(numbered(n, ReportQueue::kBatch));
  REQUIRE(reader.begun.await(1));
  std::thread closer([&] { queue.close(); });
  while (queue.not_shown() == 0) {  // dropped as soon as it is being closed
    std::this_thread::yield();
    queue.push(numbered(0));
  }
  const std::uint64_t dropped = queue.not_shown();
  reader.let_go.arrive();
  closer.join();
  for (std::uint64_t n = 1; n <= 10; ++n) REQUIRE(reader.seen.at(n - 1) == n);
  queue.push(numbered(11));
  CHECK(queue.not_shown() == dropped + 1);
}

TEST_CASE(
    "report_queue: what the report did not show is counted, and one that throws loses its own") {
  int calls = 0;
  ReportQueue queue([&](std::span<const ReceivedRequest>) -> std::size_t {
    ++calls;
    throw std::bad_alloc();
  });
  queue.push(numbered(1));
  queue.push(numbered(2));
  queue.close();
  CHECK(calls >= 1);
  CHECK(queue.not_shown() == 2);
}

TEST_CASE("report_queue: a request's memory is that of all it holds") {
  ReceivedRequest request;
  const std::size_t empty = memory_of(request);
  CHECK(empty >= sizeof(ReceivedRequest));
  request.body.assign(1'000, 'x');
  request.path.assign(2'000, 'x');
  request.headers = {{std::string(3'000, 'x'), std::string(4'000, 'x')}};
  Response response;
  response.body.assign(5'000, 'x');
  request.forwarded = Reply{response, ""};
  CHECK(memory_of(request) >= empty + 15'000);
  CHECK(memory_of(request) < empty + 16'000);
}
