#include "net/deadline.h"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace slotflow {

Deadline::Deadline(EventLoop& loop)
    : loop_(loop),
      next_(loop.deadlines_),
      timer_(loop.context()),
      self_(std::make_shared<Deadline*>(this)) {
  if (next_ != nullptr) next_->previous_ = this;
  loop.deadlines_ = this;
  if (loop.interrupted()) cause_ = Cause::interrupted;
}

Deadline::~Deadline() {
  *self_ = nullptr;
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : loop_.deadlines_) = next_;
}

void Deadline::set(SteadyTime end) {
  end_ = end;
  if (cause_ == Cause::timed_out) cause_ = Cause::none;
  if (end_ < armed_) arm();
}

bool Deadline::noticed_over() {
  if (cause_ == Cause::none && loop_.interrupted()) end(Cause::interrupted);
  return cause_ != Cause::none;
}

bool Deadline::over() {
  if (noticed_over()) return true;
  const bool has_end = end_ != SteadyTime::max();
  if (cause_ == Cause::none && has_end && steady_now() >= end_) end(Cause::timed_out);
  return cause_ != Cause::none;
}

void Deadline::arm() {
  armed_ = end_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = self_](const asio::error_code& cancelled) {
    Deadline* deadline = *self;
    if (cancelled || deadline == nullptr) return;
    deadline->armed_ = SteadyTime::max();
    if (steady_now() >= deadline->end_) {
      deadline->end(Cause::timed_out);
    } else if (deadline->end_ != SteadyTime::max()) {
      deadline->arm();
    }
  });
}

// An interrupt stays in effect after set(), so an earlier time-out must not hide it.
void Deadline::end(Cause cause) {
  if (cause_ == cause || cause_ == Cause::interrupted) return;
  cause_ = cause;
  if (pause_) pause_->cancel();
  if (cancel_) cancel_();
}

void Deadline::interrupt_all(EventLoop& loop) {
  // Cancelled operations continue later, from the loop: the list does not change here.
  for (Deadline* one = loop.deadlines_; one != nullptr; one = one->next_) {
    one->end(Cause::interrupted);
  }
}

asio::awaitable<void> Deadline::pause_until(SteadyTime time) {
  if (!pause_) pause_ = std::make_unique<asio::steady_timer>(loop_.context());
  pause_->expires_at(time);
  asio::error_code cancelled;
  co_await pause_->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<bool> Deadline::wait_until(SteadyTime time) {
  while (!over() && steady_now() < time) co_await pause_until(time);
  co_return !over();
}

asio::awaitable<bool> Deadline::wait_until_or_wake(SteadyTime time) {
  woken_ = false;
  while (!over() && !woken_ && steady_now() < time) co_await pause_until(time);
  co_return !over();
}

void Deadline::wake() {
  woken_ = true;
  if (pause_) pause_->cancel();
}

}  // namespace slotflow
