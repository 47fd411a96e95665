#include "send/blocking_client.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>

#include "net/condition.h"
#include "net/deadline.h"
#include "send/client.h"

namespace slotflow {

struct BlockingClient::Inside {
  Inside(const TlsOptions& options, const Interrupt& interrupt)
      : loop(interrupt), client(loop, options) {}
  EventLoop loop;
  Client client;
};

struct BlockingConnection::Inside {
  explicit Inside(BlockingClient::Inside& client) : loop(client.loop), connection(client.client) {}
  EventLoop& loop;
  ClientConnection connection;
};

namespace {

asio::awaitable<std::vector<Reply>> send_all(EventLoop& loop, Client& client,
                                             std::span<const Request> requests,
                                             std::chrono::microseconds apart) {
  std::vector<Reply> replies(requests.size());
  std::size_t left = requests.size();
  std::exception_ptr first_error;
  Condition ended(loop.context());
  Deadline pauses(loop);
  const SteadyTime begin = steady_now();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    // After an interrupt this returns at once, and so does sending.
    if (i > 0 && apart.count() > 0) {
      co_await pauses.wait_until(begin + static_cast<std::int64_t>(i) * apart);
    }
    asio::co_spawn(loop.context(), client.send(requests[i]),
                   [&, i](std::exception_ptr error, Reply reply) {
                     if (error && !first_error) first_error = error;
                     replies[i] = std::move(reply);
                     --left;
                     ended.notify();
                   });
  }
  while (left > 0) co_await ended.wait();
  if (first_error) std::rethrow_exception(first_error);
  co_return replies;
}

asio::awaitable<std::pair<Reply, std::optional<Reply>>> send_parts(EventLoop& loop, Client& client,
                                                                   const Request& request,
                                                                   std::size_t less,
                                                                   const Request& between) {
  // A server that reads one request at a time replies to `between` last, and must have time left.
  const Duration most = between.timeout / 5;
  const Duration least = std::min(Duration(150), most);
  std::pair<Reply, std::optional<Reply>> replies;
  ClientConnection connection(client);
  if (auto failure = co_await connection.send_part(request, less)) {
    replies.first.result = std::move(*failure);
    co_return replies;
  }
  std::exception_ptr error;
  bool ended = false;
  Deadline pause(loop);
  Condition changed(loop.context());
  asio::co_spawn(loop.context(), client.send(between),
                 [&](std::exception_ptr problem, Reply reply) {
                   if (!error) error = std::move(problem);
                   replies.second = std::move(reply);
                   ended = true;
                   pause.wake();
                   changed.notify();
                 });
  // After an interrupt these return at once, and so does sending.
  try {
    co_await pause.wait(least);
    if (!ended) co_await pause.wait_or_wake(most - least);
    replies.first = co_await connection.send_rest(request, less);
  } catch (...) {
    error = std::current_exception();
  }
  while (!ended) co_await changed.wait();
  if (error) std::rethrow_exception(error);
  co_return replies;
}

}  // namespace

BlockingClient::BlockingClient(const TlsOptions& options, const Interrupt& interrupt)
    : inside_(std::make_unique<Inside>(options, interrupt)) {}

BlockingClient::~BlockingClient() = default;

Reply BlockingClient::send(const Request& request) {
  return inside_->loop.run(inside_->client.send(request));
}

std::vector<Reply> BlockingClient::send_at_once(std::span<const Request> requests,
                                                std::chrono::microseconds apart) {
  return inside_->loop.run(send_all(inside_->loop, inside_->client, requests, apart));
}

std::optional<Failure> BlockingClient::send_and_leave(const Request& request, std::size_t less) {
  return inside_->loop.run(inside_->client.send_and_leave(request, less));
}

std::pair<Reply, std::optional<Reply>> BlockingClient::send_in_two(const Request& request,
                                                                   std::size_t less,
                                                                   const Request& between) {
  return inside_->loop.run(send_parts(inside_->loop, inside_->client, request, less, between));
}

BlockingConnection::BlockingConnection(BlockingClient& client)
    : inside_(std::make_unique<Inside>(*client.inside_)) {}

BlockingConnection::~BlockingConnection() = default;

Reply BlockingConnection::send(const Request& request) {
  return inside_->loop.run(inside_->connection.send(request));
}

std::optional<Failure> BlockingConnection::send_part(const Request& request, std::size_t less) {
  return inside_->loop.run(inside_->connection.send_part(request, less));
}

int BlockingConnection::connections() const {
  return inside_->connection.connections();
}

}  // namespace slotflow
