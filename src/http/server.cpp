#include "http/server.h"

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "http/server_connection.h"
#include "net/descriptors.h"

namespace slotflow::http {

namespace {

// When connections cannot be accepted: until another try. They wait in the backlog meanwhile.
constexpr Duration kUntilNextTry{5};

}  // namespace

Server::Server(EventLoop& loop, ServerOptions options, Handler handler)
    : loop_(loop),
      options_(std::move(options)),
      handler_(std::move(handler)),
      acceptors_(listen_on(loop, options_.host, options_.port)),
      ended_(loop.context()),
      room_(loop.context()),
      accepting_(loop) {
  raise_open_file_limit();
}

Server::~Server() = default;

void Server::start() {
  accepting_.on_end([this] { room_.notify(); });
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
  accepting_.interrupt();
  asio::error_code ignored;
  for (auto& acceptor : acceptors_.sockets) acceptor.close(ignored);
  for (ServerConnection* connection : connections_) connection->stop();
  while (running_ > 0) co_await ended_.wait();
}

asio::awaitable<void> Server::accept_all(asio::ip::tcp::acceptor& acceptor) {
  while (!stopping_) {
    while (connections_.size() >= options_.max_connections && !stopping_) co_await room_.wait();
    asio::ip::tcp::socket socket(loop_.context());
    asio::error_code error;
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) break;
    if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
        error == asio::error::no_buffer_space || error.value() == ENFILE) {
      note_shortage(error.message());
      co_await accepting_.wait(kUntilNextTry);
      continue;
    }
    if (!error) socket.non_blocking(true, error);
    if (error) continue;  // it was gone before it was accepted
    note_shortage("");
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    spawn(serve(std::move(socket)));
  }
}

void Server::note_shortage(const std::string& reason) {
  if (std::exchange(short_, !reason.empty()) == short_) return;
  if (on_shortage) on_shortage(reason);
}

asio::awaitable<void> Server::serve(asio::ip::tcp::socket socket) {
  ServerConnection connection(*this, std::move(socket));
  co_await connection.run();
}

}  // namespace slotflow::http
