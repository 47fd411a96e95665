#include "net/turn_end.h"

#include <cstddef>
#include <utility>
#include <vector>

#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

namespace slotflow {

namespace {

constexpr std::size_t kUsualWaits = 16;

}  // namespace

// What is posted runs after all that is ready.
void TurnEnd::request() {
  if (requested_) return;
  auto& all = loop_.turn_ends_;
  if (all.empty()) asio::post(loop_.context(), [&loop = loop_] { run_all(loop); });
  all.push_back(this);
  place_ = all.size() - 1;
  requested_ = true;
}

void TurnEnd::cancel() {
  if (!requested_) return;
  requested_ = false;
  loop_.turn_ends_[place_] = nullptr;
}

asio::awaitable<void> TurnEnd::wait() {
  auto& waits = loop_.turn_waits_;
  // The memory first: what throws while a coroutine of Asio suspends ends the program.
  if (waits.size() == waits.capacity()) waits.reserve(2 * waits.size() + kUsualWaits);
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&waits](EventLoop::Resumption waiting) { waits.push_back(std::move(waiting)); },
      asio::use_awaitable);
}

// The work of one may cancel or request another. Whoever waits is resumed after all of it, and may
// wait for the end of the next turn then.
void TurnEnd::run_all(EventLoop& loop) {
  auto& all = loop.turn_ends_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    TurnEnd* const one = all[i];
    if (one == nullptr) continue;
    one->cancel();
    one->work_();
  }
  all.clear();
  std::vector<EventLoop::Resumption> waiting;
  waiting.swap(loop.turn_waits_);
  for (EventLoop::Resumption& one : waiting) std::move(one)();
}

}  // namespace slotflow
