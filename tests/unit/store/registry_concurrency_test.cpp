// Many threads and processes change a store, and one is killed while it does.
#include <csignal>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <time.h>

#include "store/registry.h"
#include "store/registry_file.h"
#include "support/child.h"
#include "support/entries.h"
#include "support/store_changes.h"
#include "support/temp_dir.h"

using namespace slotflow;
using test::add;
using test::Child;
using test::entries;
using test::error_of_adding;
using test::slurp;
using test::spit;
using test::TempDir;
using test::write_text;
using Names = std::set<std::string>;

namespace {

const LockWait kFullWait;

}  // namespace

TEST_CASE("registry_concurrency: no change of sixteen threads is lost") {
  const TempDir dir;
  const std::string store = dir.file("sub/store.json");
  Registry(store).set_plan(Plan::growth);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&store, thread] {
      for (int n = 0; n < 5; ++n) {
        add(store, "http://localhost:" + std::to_string(3000 + 10 * thread + n) + "/");
      }
      // The whole URL: 3000 alone could be the beginning of an id as well.
      Registry(store).remove({"http://localhost:" + std::to_string(3000 + 10 * thread) + "/"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> urls;
  for (const Webhook& webhook : Registry(store).read().webhooks) urls.insert(webhook.url);
  CHECK(urls.size() == 64);
  CHECK(Registry(store).read().webhooks.size() == 64);
  CHECK(entries(dir.file("sub")) == Names{"store.json"});
}

TEST_CASE(
    "registry_concurrency: no change of several processes is lost, and one of them creates it") {
  const TempDir dir;
  const std::string store = dir.file("sub/store.json");
  {
    std::vector<std::unique_ptr<Child>> children;
    for (int child = 0; child < 8; ++child) {
      children.push_back(std::make_unique<Child>([&](int) {
        Registry(store).set_plan(Plan::growth);
        for (int n = 0; n < 5; ++n) {
          add(store, "http://localhost:" + std::to_string(3000 + 10 * child + n) + "/");
        }
      }));
    }
    for (const auto& child : children) CHECK(child->stop(0) == 0);
  }
  CHECK(Registry(store).read().webhooks.size() == 40);
  CHECK(entries(dir.file("sub")) == Names{"store.json"});
}

TEST_CASE("registry_concurrency: no change is lost when others fail") {
  const TempDir dir;
  const std::string store = dir.file("s");
  std::vector<std::thread> threads;
  // All register the same URL in a store that is created and removed under them.
  std::vector<int> added(8, 0);
  for (std::size_t thread = 0; thread < added.size(); ++thread) {
    threads.emplace_back([&store, &mine = added[thread]] {
      for (int n = 0; n < 20; ++n) {
        {
          const LockedStoreFile touched(store, kFullWait);
        }
        if (error_of_adding(store) == "nothing") ++mine;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int sum = 0;
  for (const int count : added) sum += count;
  CHECK(sum == 1);
  CHECK(Registry(store).read().webhooks.size() == 1);
}

TEST_CASE("registry_concurrency: SIGKILL at any moment leaves the old store or the new one") {
  const TempDir dir;
  const std::string store = dir.file("s");
  // Long enough that a store written in place would be seen half written; so short, on the other
  // hand, that a change, which reads it first, comes to writing before the signal does.
  const std::string note(20'000, 'x');
  spit(store, Json{{"version", 1}, {"plan", "growth"}, {"note", note}}.dump());
  std::mt19937 random(20260310);
  for (int round = 0; round < 100; ++round) {
    Registry(store).remove_all();
    // Odd changes add, even ones remove; each is acknowledged once it is made.
    Child child([&](int acknowledge) {
      for (int n = 0;; ++n) {
        if (n % 2 == 0) add(store);
        if (n % 2 == 1) Registry(store).remove({"http://localhost/"});
        write_text(acknowledge, ".");
      }
    });
    REQUIRE(child.read_byte());
    const timespec moment{0, static_cast<long>(random() % 5'000'000)};
    ::nanosleep(&moment, nullptr);
    REQUIRE(WIFSIGNALED(child.stop(SIGKILL)));

    const std::size_t made = 1 + child.read_to_end().size();
    Names names = entries(dir.path());
    names.erase("s.tmp");
    REQUIRE((names == Names{"s"}));
    const std::size_t found = Registry(store).read().webhooks.size();
    // The last change may have been made without its acknowledgement; no other is in doubt.
    const bool as_acknowledged = found == made % 2;
    const bool one_further = found == (made + 1) % 2;
    REQUIRE((as_acknowledged || one_further));
    REQUIRE(Json::parse(slurp(store)).at("note") == note);
  }
  Registry(store).set_plan(Plan::starter);  // clears away what the last one left
  CHECK(entries(dir.path()) == Names{"s"});
}
