#include "net/turn_end.h"

#include <memory>
#include <optional>
#include <string>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <doctest/doctest.h>

using namespace slotflow;

namespace {

// Runs `task`, and then what it has left for the end of its turn.
template <class Task>
void run(EventLoop& loop, Task task) {
  loop.run([](EventLoop& on, Task what) -> asio::awaitable<void> {
    what();
    for (int turn = 0; turn < 10; ++turn) {
      co_await asio::post(on.context(), asio::use_awaitable);
    }
  }(loop, task));
}

}  // namespace

TEST_CASE("turn end: the work runs once, after all that was ready") {
  const Interrupt never;
  EventLoop loop(never);
  std::string order;
  TurnEnd first(loop, [&] { order += "1"; });
  TurnEnd second(loop, [&] { order += "2"; });
  run(loop, [&] {
    asio::post(loop.context(), [&] { order += "ready "; });
    first.request();
    second.request();
    first.request();
    CHECK(first.is_requested());
  });
  CHECK(order == "ready 12");
  CHECK_FALSE(first.is_requested());
  run(loop, [&] { first.request(); });
  CHECK(order == "ready 121");
}

TEST_CASE("turn end: it comes, even if there is always something ready") {
  const Interrupt never;
  EventLoop loop(never);
  bool done = false;
  int turns = 0;
  TurnEnd work(loop, [&] { done = true; });
  loop.run([](EventLoop& on, TurnEnd& end, const bool& came, int& count) -> asio::awaitable<void> {
    end.request();
    for (; !came && count < 1'000; ++count) {
      co_await asio::post(on.context(), asio::use_awaitable);
    }
  }(loop, work, done, turns));
  CHECK(done);
  CHECK(turns <= 2);
}

TEST_CASE("turn end: what is cancelled or gone does not run; the others do") {
  const Interrupt never;
  EventLoop loop(never);
  std::string order;
  std::optional<TurnEnd> gone;
  gone.emplace(loop, [&] { order += "gone "; });
  TurnEnd cancelled(loop, [&] { order += "cancelled "; });
  TurnEnd stays(loop, [&] { order += "stays"; });
  TurnEnd first(loop, [&] { cancelled.cancel(); });
  run(loop, [&] {
    gone->request();
    first.request();
    cancelled.request();
    stays.request();
    gone.reset();
  });
  CHECK(order == "stays");
}

TEST_CASE("turn end: work that requests more, of itself and of another, gets it") {
  const Interrupt never;
  EventLoop loop(never);
  int left = 3;
  std::string order;
  TurnEnd other(loop, [&] { order += "other"; });
  std::optional<TurnEnd> again;
  again.emplace(loop, [&] {
    order += "again ";
    if (--left > 0) {
      again->request();
    } else {
      other.request();
    }
  });
  run(loop, [&] { again->request(); });
  CHECK(order == "again again again other");
}

TEST_CASE("turn end: those that wait are resumed after all work, and may wait for the next") {
  const Interrupt never;
  EventLoop loop(never);
  std::string order;
  TurnEnd first(loop, [&] { order += "1"; });
  TurnEnd second(loop, [&] { order += "2"; });
  const auto wait_twice = [&order](TurnEnd& end, std::string name) -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      end.request();
      co_await end.wait();
      order += name;
    }
  };
  run(loop, [&] {
    asio::co_spawn(loop.context(), wait_twice(first, "a"), asio::detached);
    asio::co_spawn(loop.context(), wait_twice(second, "b"), asio::detached);
  });
  CHECK(order == "12ab12ab");
}

TEST_CASE("turn end: many can wait") {
  const Interrupt never;
  EventLoop loop(never);
  TurnEnd end(loop, [] {});
  int resumed = 0;
  constexpr int kMany = 1'000;
  const auto wait = [&]() -> asio::awaitable<void> {
    co_await end.wait();
    ++resumed;
  };
  run(loop, [&] {
    end.request();
    for (int i = 0; i < kMany; ++i) asio::co_spawn(loop.context(), wait(), asio::detached);
  });
  CHECK(resumed == kMany);
}

TEST_CASE("turn end: a coroutine that still waits ends with the loop") {
  const Interrupt never;
  const auto alive = std::make_shared<int>();
  {
    EventLoop loop(never);
    TurnEnd end(loop, [] {});
    const auto wait = [](TurnEnd& until, std::shared_ptr<int> /*held*/) -> asio::awaitable<void> {
      until.request();
      co_await until.wait();
    };
    asio::co_spawn(loop.context(), wait(end, alive), asio::detached);
    loop.context().run_one();  // only starts it
    CHECK(end.is_requested());
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}
