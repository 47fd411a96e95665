#include "net/port_wait.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

#include <asio/co_spawn.hpp>

#include "net/condition.h"
#include "net/connect.h"
#include "net/deadline.h"
#include "net/name_lookups.h"

namespace slotflow {

namespace {

// Returns why the port did not accept the connection, which is closed at once if it did.
asio::awaitable<std::optional<Failure>> try_port(EventLoop& loop, const Url& url, SteadyTime end,
                                                 Deadline& deadline, std::string& address) {
  deadline.set(end);
  auto found = co_await loop.lookups().resolve(url.host, url.port, deadline);
  if (auto* failure = std::get_if<Failure>(&found)) {
    failure->stage = Stage::lookup;
    co_return std::move(*failure);
  }
  deadline.set(std::min(end, steady_now() + kTryPatience));
  auto connected =
      co_await connect_any(loop, std::get<Endpoints>(std::move(found)), deadline, address);
  if (auto* failure = std::get_if<Failure>(&connected)) {
    failure->stage = Stage::connect;
    co_return std::move(*failure);
  }
  co_return std::nullopt;
}

asio::awaitable<PortState> await_port(EventLoop& loop, Clock& clock, const Url& url,
                                      Duration patience, Deadline& deadline) {
  const SteadyTime begin = steady_now();
  const bool once = patience == Duration(0);
  const SteadyTime end = once ? begin + kTryPatience : begin + patience;
  PortState state;
  for (bool over = false; !over;) {
    std::string address;
    auto failure = co_await try_port(loop, url, end, deadline, address);
    ++state.tries;
    const bool interrupted = deadline.cause() == Deadline::Cause::interrupted;
    over = once || !failure || interrupted || steady_now() >= end;
    // A try that the end cut short says less than the one before it.
    const bool cut_short = over && failure && failure->kind == FailureKind::timeout;
    if (interrupted || !cut_short || !state.failure) {
      state.failure = std::move(failure);
      state.address = std::move(address);
    }
    if (over) break;
    deadline.set(end);
    const bool in_time = co_await clock.wait(deadline, kTryPause);
    over = !in_time;
  }
  // Also if the interrupt came in a pause.
  if (state.failure && deadline.cause() == Deadline::Cause::interrupted) {
    state.failure = Failure{FailureKind::interrupted, ""};
  }
  state.duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - begin);
  co_return state;
}

// All ports that one call waits for.
struct PortWaits {
  PortWaits(EventLoop& the_loop, std::size_t count) : changed(the_loop.context()), left(count) {
    for (std::size_t i = 0; i < count; ++i) {
      deadlines.push_back(std::make_unique<Deadline>(the_loop));
    }
  }

  std::vector<std::unique_ptr<Deadline>> deadlines;
  Condition changed;
  std::size_t left;
  std::exception_ptr first_error;
};

asio::awaitable<void> await_all(EventLoop& loop, Clock& clock, std::span<const Url> urls,
                                Duration patience,
                                const std::function<void(std::size_t, const PortState&)>& report) {
  PortWaits waits(loop, urls.size());
  for (std::size_t i = 0; i < urls.size(); ++i) {
    asio::co_spawn(loop.context(), await_port(loop, clock, urls[i], patience, *waits.deadlines[i]),
                   [&, i](std::exception_ptr error, const PortState& state) {
                     --waits.left;
                     waits.changed.notify();
                     if (error && !waits.first_error) {
                       waits.first_error = error;
                       for (const auto& deadline : waits.deadlines) deadline->interrupt();
                     }
                     const bool interrupted =
                         state.failure && state.failure->kind == FailureKind::interrupted;
                     if (!error && !interrupted) report(i, state);
                   });
  }
  while (waits.left > 0) co_await waits.changed.wait();
  if (waits.first_error) std::rethrow_exception(waits.first_error);
}

}  // namespace

void await_ports(EventLoop& loop, Clock& clock, std::span<const Url> urls, Duration patience,
                 const std::function<void(std::size_t, const PortState&)>& report) {
  loop.run(await_all(loop, clock, urls, patience, report));
}

}  // namespace slotflow
