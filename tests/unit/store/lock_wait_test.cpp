#include "store/lock_wait.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>

#include "store/registry.h"
#include "store/registry_file.h"
#include "support/temp_dir.h"
#include "support/thrown.h"
#include "system/files.h"
#include "system/interrupt.h"
#include "system/unique_fd.h"

using namespace slotflow;
using test::slurp;
using test::spit;
using test::TempDir;
using test::thrown;

namespace {

const LockWait kUsual;
const std::string kStore = R"({"version": 1, "plan": "growth", "webhooks": []})";

}  // namespace

TEST_CASE("lock_wait: after waiting for a file that is replaced, the new one is read") {
  const TempDir dir;
  spit(dir.file("s"), "old");
  auto first = std::make_unique<LockedStoreFile>(dir.file("s"), kUsual);
  const UniqueFd old(::open(dir.file("s").c_str(), O_RDWR | O_CLOEXEC));
  first->replace("new");
  first.reset();
  // The old file, now without a name, stays locked by somebody who will see that it is stale.
  REQUIRE(::flock(old.get(), LOCK_EX | LOCK_NB) == 0);
  const LockedStoreFile second(dir.file("s"), kUsual);
  CHECK(second.read() == "new");
}

TEST_CASE("lock_wait: waiting for the lock is said after a second, and ends after thirty") {
  const TempDir dir;
  const LockedStoreFile holder(dir.file("s"), kUsual);
  Duration waited{0};
  Duration told_at{0};
  std::vector<std::string> told;
  const LockWait wait{.pause =
                          [&](Duration d) {
                            waited += d;
                            return true;
                          },
                      .warn =
                          [&](const std::string& text) {
                            told.push_back(text);
                            told_at = waited;
                          }};
  CHECK(thrown([&] { Registry(dir.file("s"), wait).set_plan(Plan::growth); }) ==
        "STORE_ERROR: cannot lock " + dir.file("s") +
            ": another process has held its lock for 30s | hint: find that process with 'fuser " +
            dir.file("s") + "', and end it");
  CHECK(told == std::vector{"waiting for " + dir.file("s") + ", which another process has locked"});
  CHECK(told_at >= std::chrono::seconds(1));
  CHECK(told_at < std::chrono::milliseconds(1100));
  CHECK(waited >= std::chrono::seconds(30));
  CHECK(waited < std::chrono::milliseconds(30100));
}

TEST_CASE("lock_wait: the wait for the lock ends with the lock") {
  const TempDir dir;
  spit(dir.file("s"), kStore);
  auto holder = std::make_unique<LockedStoreFile>(dir.file("s"), kUsual);
  int pauses = 0;
  const LockWait wait{.pause = [&](Duration) {
    if (++pauses == 3) holder.reset();
    return true;
  }};
  const LockedStoreFile file(dir.file("s"), wait);
  CHECK(file.read() == kStore);
  CHECK(pauses == 3);
}

TEST_CASE("lock_wait: while others change the store, the wait begins again") {
  const TempDir dir;
  spit(dir.file("s"), kStore);
  std::vector<UniqueFd> held;
  const auto hold = [&] {
    held.emplace_back(::open(dir.file("s").c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(::flock(held.back().get(), LOCK_EX | LOCK_NB) == 0);
  };
  hold();
  Duration waited{0};
  const LockWait wait{.pause = [&](Duration d) {
    waited += d;
    if (held.size() == 5) {
      held.clear();
    } else if (waited >= std::chrono::seconds(20) * static_cast<int>(held.size())) {
      replace_file(dir.file("s"), kStore);
      hold();
    }
    return true;
  }};
  const LockedStoreFile file(dir.file("s"), wait);
  CHECK(file.read() == kStore);
  CHECK(waited > std::chrono::seconds(60));
}

TEST_CASE("lock_wait: the wait for the lock can be interrupted") {
  const TempDir dir;
  spit(dir.file("s"), kStore);
  const LockedStoreFile holder(dir.file("s"), kUsual);
  const LockWait wait{.pause = [](Duration) { return false; }};
  CHECK_THROWS_AS(Registry(dir.file("s"), wait).set_plan(Plan::starter), Interrupted);
  CHECK(slurp(dir.file("s")) == kStore);
}
