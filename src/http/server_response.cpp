// How a ServerConnection responds: what is sent, when, and how it ends.
#include <algorithm>
#include <optional>

#include "http/server_connection.h"

namespace slotflow::http {

namespace {

constexpr std::size_t kLarge = 16 * 1024;                      // bytes of a response
constexpr Duration kWriteDeadline = std::chrono::seconds(10);  // for a client to continue reading

}  // namespace

// Returns false if the connection must be closed.
asio::awaitable<bool> ServerConnection::respond(OutgoingResponse& response,
                                                const Framing& framing) {
  Ending ending;
  WirePlan plan;
  bool there = !framing.left || framing.may_still_read;
  if (there) {
    std::string head =
        response_head({response.status, response.reason, &response.headers, response.body.size()},
                      framing.method, framing.persistence);
    if (!has_body(framing.method, response.status)) response.body.clear();
    if (response.fault != nullptr) {
      plan = response.fault->distort(head + response.body, response.fault_settings);
      there = co_await play(plan);
    } else if (head.size() + response.body.size() < kLarge) {
      head += response.body;
      const std::size_t sent = send_at_once(head);
      const bool whole = sent == head.size() && !stream_.write_refused();
      if (!whole) there = co_await send(std::string_view(head).substr(sent), "");
    } else {
      there = co_await send(head, response.body);
    }
    // Who has closed both sides rejects what comes.
    if (framing.may_still_read && there) there = co_await wait_until_confirmed(kLinger);
    ending.arrived = there && plan.end == WirePlan::End::keep;
  }
  if (!there && deadline_.cause() != Deadline::Cause::interrupted) {
    const SteadyTime left = framing.left.value_or(steady_now());
    ending.given_up_after = std::chrono::duration_cast<Duration>(left - framing.complete);
  }
  if (response.finished) response.finished(ending);
  end_request();
  const bool goes_on = ending.arrived && framing.persistence != Persistence::close;
  if (there && !goes_on && plan.end != WirePlan::End::reset) co_await linger();
  co_return goes_on;
}

// Waits until `due`, but not longer than the client does, as far as can be seen.
asio::awaitable<ServerConnection::Presence> ServerConnection::watch_until(SteadyTime due) {
  if (due <= steady_now()) co_return Presence::waits;
  constexpr std::size_t kMaxUnread = 4 * 1024;  // bytes
  const auto after = [](const Failure& failure) {
    return failure.kind == FailureKind::timeout ? Presence::waits : Presence::gone;
  };
  deadline_.set(due);
  while (unread_.size() - position_ < kMaxUnread) {
    if (const auto failure = co_await stream_.wait_readable()) co_return after(*failure);
    // Keeps the next request, to see whether the client closes after it.
    const std::size_t most = kMaxUnread - (unread_.size() - position_);
    const Stream::Read input = co_await stream_.read(most);
    if (input.failure) co_return after(*input.failure);
    if (input.bytes.empty()) co_return Presence::closed_its_side;
    unread_.append(input.bytes);
    note_held();
  }
  co_await deadline_.wait_until(due);
  const bool is_over = deadline_.cause() == Deadline::Cause::interrupted;
  co_return is_over ? Presence::gone : Presence::waits;
}

// Sends small responses without waiting, as the system can mostly buffer them. Returns how many
// bytes were sent.
std::size_t ServerConnection::send_at_once(std::string_view bytes) {
  const std::size_t sent = stream_.write_at_once(bytes);
  if (stream_.was_reset()) stream_.stop_writing();
  return sent;
}

// Returns false if not all could be sent, or the client had closed and its machine rejected it.
asio::awaitable<bool> ServerConnection::send(std::string_view head, std::string_view body) {
  // The system buffers much more than a client may ever read.
  const bool large = head.size() + body.size() >= kLarge;
  while (!head.empty() || !body.empty()) {
    const std::string_view first = head.substr(0, kLarge);
    const std::string_view second = body.substr(0, kLarge - first.size());
    deadline_.set_from_now(kWriteDeadline);
    const auto failure = co_await stream_.write(first, second);
    if (failure || stream_.write_refused()) co_return false;
    head.remove_prefix(first.size());
    body.remove_prefix(second.size());
  }
  if (stream_.write_refused() || stream_.was_reset()) co_return false;
  if (!large) co_return true;
  co_return co_await wait_until_confirmed(kWriteDeadline);
}

// Sends and ends as the plan says, but does not close. Returns false as send() does.
asio::awaitable<bool> ServerConnection::play(const WirePlan& plan) {
  bool sent = false;
  if (plan.over > Duration(0)) {
    sent = co_await send_slowly(plan);
  } else {
    sent = co_await send(plan.bytes, "");
  }
  if (plan.end == WirePlan::End::reset) {
    co_await wait_until_confirmed(kLinger);
    stream_.reset_on_close();
  }
  if (plan.end == WirePlan::End::hold) co_await hold();
  co_return sent;
}

asio::awaitable<bool> ServerConnection::send_slowly(const WirePlan& plan) {
  const auto begin = steady_now();
  const std::size_t last = std::max<std::size_t>(plan.bytes.size(), 2) - 1;
  for (std::size_t i = 0; i < plan.bytes.size(); ++i) {
    const auto due =
        begin + plan.over * static_cast<Duration::rep>(i) / static_cast<Duration::rep>(last);
    deadline_.clear();
    if (!co_await deadline_.wait_until(due)) co_return false;
    if (!co_await send(std::string_view(plan.bytes).substr(i, 1), "")) co_return false;
  }
  co_return true;
}

// Waits until the client's machine has acknowledged everything: a reset discards the rest. Returns
// false if the client has reset the connection, or does not read for `patience`.
asio::awaitable<bool> ServerConnection::wait_until_confirmed(Duration patience) {
  constexpr Duration kLongestPause{100};
  Duration pause{1};
  auto end = steady_now() + patience;
  std::size_t left = stream_.unconfirmed();
  deadline_.clear();
  while (left > 0 && steady_now() < end && !stream_.was_reset()) {
    if (!co_await deadline_.wait(pause)) co_return false;
    pause = std::min(2 * pause, kLongestPause);
    const std::size_t now_left = stream_.unconfirmed();
    if (now_left < left) end = steady_now() + patience;
    left = now_left;
  }
  co_return left == 0 && !stream_.was_reset();
}

// Waits until the client closes.
asio::awaitable<void> ServerConnection::hold() {
  deadline_.clear();
  for (auto input = co_await stream_.read(); !input.bytes.empty();) {
    input = co_await stream_.read();
  }
}

asio::awaitable<void> ServerConnection::linger() {
  deadline_.set_from_now(kLinger);
  co_await stream_.linger();
}

}  // namespace slotflow::http
