#include "conformance/delivery_concurrent.h"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;
using namespace slotflow::delivery;
using std::chrono::microseconds;

namespace {

constexpr microseconds kAlone{30'000};

}  // namespace

TEST_CASE("delivery_concurrent: processed one by one") {
  std::vector<microseconds> even;
  for (int i = 1; i <= 50; ++i) even.push_back(kAlone * i);
  CHECK(one_by_one(even, {kAlone, kAlone}));
  std::ranges::for_each(even, [](microseconds& each) { each = each * 3 / 2; });  // a busy machine
  CHECK(one_by_one(even, {kAlone, kAlone}));
  CHECK(one_by_one(even, {kAlone * 4, kAlone * 4}));  // busier when one was delivered alone
  CHECK_FALSE(one_by_one(even, {kAlone / 2, kAlone / 2}));
  CHECK(one_by_one(even, {kAlone / 2, kAlone}));  // busy now and then
  CHECK_FALSE(one_by_one({}, {kAlone, kAlone}));
}

TEST_CASE("delivery_concurrent: slow for another reason") {
  std::vector<microseconds> by_ten_workers;
  for (int i = 0; i < 50; ++i) by_ten_workers.push_back(kAlone * (1 + i / 10));
  CHECK_FALSE(one_by_one(by_ten_workers, {kAlone, kAlone}));
  std::vector<microseconds> full_backlog(50, kAlone);
  full_backlog.back() = kAlone * 50;
  CHECK_FALSE(one_by_one(full_backlog, {kAlone, kAlone}));
  const std::vector<microseconds> all_slow(50, kAlone * 200);
  CHECK_FALSE(one_by_one(all_slow, {kAlone, kAlone}));
}

TEST_CASE("delivery_concurrent: some waited for a connection") {
  std::vector<microseconds> short_backlog(10, kAlone);
  short_backlog.resize(50, std::chrono::milliseconds(1'040));  // tried again after a second
  CHECK(waited_to_connect(short_backlog, kAlone));
  CHECK_FALSE(waited_to_connect({}, kAlone));
  CHECK_FALSE(waited_to_connect(std::vector<microseconds>(50, kAlone), kAlone));
  std::vector<microseconds> by_ten_slow_workers;
  for (int i = 0; i < 50; ++i)
    by_ten_slow_workers.push_back(std::chrono::milliseconds(900) * (1 + i / 10));
  CHECK_FALSE(waited_to_connect(by_ten_slow_workers, std::chrono::milliseconds(900)));
}
