#include "http/server.h"

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "http/server_connection.h"
#include "system/descriptors.h"

namespace slotflow::http {

namespace {

// The wait before accepting again after a shortage. Connections wait in the listen backlog
// meanwhile.
constexpr Duration kUntilNextTry{5};
constexpr Duration kOver = std::chrono::seconds(1);

}  // namespace

OutgoingResponse text_response(int status, std::string body) {
  OutgoingResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = std::move(body);
  return response;
}

Server::Server(EventLoop& loop, ServerOptions options, Handler handler)
    : loop_(loop),
      options_(std::move(options)),
      handler_(std::move(handler)),
      acceptors_(listen_on(loop, options_.host, options_.port)),
      memory_(options_.max_held),
      ended_(loop.context()),
      connection_ended_(loop.context()) {
  raise_open_file_limit();
}

Server::~Server() = default;

void Server::start() {
  for (auto& acceptor : acceptors_.sockets) spawn(accept_all(acceptor));
}

void Server::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(loop_.context(), std::move(task), [this](const std::exception_ptr& /*error*/) {
    --running_;
    ended_.notify();
  });
}

asio::awaitable<void> Server::stop() {
  stopping_ = true;
  connection_ended_.notify();
  for (Deadline* deadline : pauses_) deadline->interrupt();
  asio::error_code ignored;
  for (auto& acceptor : acceptors_.sockets) acceptor.close(ignored);
  for (ServerConnection* connection : connections_) connection->stop();
  while (running_ > 0) co_await ended_.wait();
}

asio::awaitable<void> Server::accept_all(asio::ip::tcp::acceptor& acceptor) {
  while (!stopping_) {
    co_await wait_until_not_full(acceptor);
    asio::ip::tcp::socket socket(loop_.context());
    asio::error_code error;
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) break;
    if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
        error == asio::error::no_buffer_space || error.value() == ENFILE) {
      note_shortage(error.message());
      co_await pause(kUntilNextTry);
      continue;
    }
    if (!error) socket.non_blocking(true, error);
    if (error) continue;  // the client disconnected before
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    spawn(serve(std::move(socket)));
  }
}

asio::awaitable<void> Server::wait_until_not_full(asio::ip::tcp::acceptor& acceptor) {
  const auto full = [this] { return connections_.size() >= options_.max_connections; };
  if (full() && options_.few_descriptors && !stopping_) {
    asio::error_code ignored;
    co_await acceptor.async_wait(asio::ip::tcp::acceptor::wait_read,
                                 asio::redirect_error(asio::use_awaitable, ignored));
  }
  while (full() && !stopping_) {
    if (options_.few_descriptors) {
      note_shortage(asio::error_code(asio::error::no_descriptors).message());
      co_await pause(kUntilNextTry);
    } else {
      co_await connection_ended_.wait();
    }
  }
}

// Returns early when the server stops.
asio::awaitable<void> Server::pause(Duration duration) {
  Deadline deadline(loop_);
  pauses_.insert(&deadline);
  if (!stopping_) co_await deadline.wait(duration);
  pauses_.erase(&deadline);
}

void Server::note_shortage(const std::string& reason) {
  last_shortage_ = steady_now();
  if (std::exchange(short_, true)) return;
  if (on_shortage) on_shortage(reason);
  spawn(watch_shortage());
}

// A shortage ends after some time without one: a single closed connection makes room only for one.
asio::awaitable<void> Server::watch_shortage() {
  while (!stopping_ && steady_now() - last_shortage_ < kOver) co_await pause(kOver);
  short_ = false;
  if (!stopping_ && on_shortage) on_shortage("");
}

asio::awaitable<void> Server::serve(asio::ip::tcp::socket socket) {
  ServerConnection connection(*this, std::move(socket));
  co_await connection.run();
}

}  // namespace slotflow::http
