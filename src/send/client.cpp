#include "send/client.h"

#include <algorithm>
#include <utility>

#include "http/writer.h"
#include "net/connect.h"
#include "net/name_lookups.h"
#include "send/exchange.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

// An idle connection is not checked for a close within this time after a response: a close is rare
// then, and the check costs a system call. If the host has closed the connection, the next request
// fails, as it does if the host closes just after a check.
constexpr std::chrono::microseconds kTimeToClose{10};

Failure at(Stage stage, Failure& failure) {
  failure.stage = stage;
  return std::move(failure);
}

std::size_t size_without(std::size_t less, std::string_view head, const Body& body) {
  const std::size_t size = head.size() + body.size();
  return size - std::min(less, size);
}

}  // namespace

asio::awaitable<Reply> Client::send(const Request& request) {
  ClientConnection connection(*this);
  co_return co_await connection.send(request, false);
}

asio::awaitable<std::optional<Failure>> Client::send_and_leave(const Request& request,
                                                               std::size_t less) {
  ClientConnection connection(*this);
  co_return co_await connection.send_and_leave(request, less);
}

void Client::interrupt() {
  for (ClientConnection* connection : connections_) connection->interrupt();
}

ClientConnection::ClientConnection(Client& client) : client_(client), deadline_(client.loop_) {
  client_.connections_.insert(this);
}

ClientConnection::~ClientConnection() {
  client_.connections_.erase(this);
}

asio::awaitable<Reply> ClientConnection::send_from(std::size_t sent, const Request& request,
                                                   bool keep_alive) {
  const auto begin = steady_now();
  deadline_.set(begin + request.timeout);
  Reply reply;
  if (stream_ && sent == 0 && begin - last_end_ >= kTimeToClose && !stream_->is_open()) {
    disconnect();
  }
  std::optional<Failure> failure;
  if (!stream_) {
    failure = co_await open(request);
    reply.connecting = std::chrono::duration_cast<std::chrono::microseconds>(
        (stream_ ? connected_at_ : steady_now()) - begin);
  }
  if (failure) {
    reply.result = std::move(*failure);
  } else {
    const std::size_t written_before = stream_->written();
    if (!exchange_) exchange_ = std::make_unique<Exchange>(client_.loop_, *stream_);
    try {
      failure = co_await exchange_->run(request, keep_alive, sent);
    } catch (...) {
      disconnect();
      throw;
    }
    const bool reusable = exchange_->reusable();
    reply.write_delay = std::chrono::floor<std::chrono::microseconds>(exchange_->write_delay());
    reply.sent = stream_->written() - written_before;
    if (failure) {
      const bool ended = failure->kind == FailureKind::connection_closed ||
                         failure->kind == FailureKind::connection_reset;
      if (ended && failure->stage == Stage::request && stream_->asked_for_certificate()) {
        failure = certificate_wanted(failure->kind);
      }
      reply.result = std::move(*failure);
    } else {
      reply.result = exchange_->take_response();
    }
    if (!reusable) {
      stream_->close();
      disconnect();
    }
  }
  deadline_.clear();
  reply.address = address_;
  reply.certificate_until = certificate_until_;
  last_end_ = steady_now();
  reply.duration = std::chrono::duration_cast<std::chrono::microseconds>(last_end_ - begin);
  co_return reply;
}

asio::awaitable<std::optional<Failure>> ClientConnection::send_and_leave(const Request& request,
                                                                         std::size_t less) {
  auto failure = co_await send_part(request, less);
  if (stream_) stream_->close();
  disconnect();
  co_return failure;
}

asio::awaitable<std::optional<Failure>> ClientConnection::send_part(const Request& request,
                                                                    std::size_t less) {
  deadline_.set_from_now(request.timeout);
  if (auto failure = co_await open(request)) co_return failure;
  const std::string head = http::request_head(request);
  const Body body = http::framed_body(request);
  std::size_t left = size_without(less, head, body);
  const std::string_view first = std::string_view(head).substr(0, left);
  left -= first.size();
  auto failure = co_await stream_->write(first, std::string_view(body).substr(0, left));
  deadline_.clear();
  co_return failure;
}

asio::awaitable<Reply> ClientConnection::send_rest(const Request& request, std::size_t less) {
  const std::size_t sent =
      size_without(less, http::request_head(request), http::framed_body(request));
  return send_from(sent, request, false);
}

void ClientConnection::disconnect() {
  exchange_.reset();
  stream_.reset();
}

asio::awaitable<std::optional<Failure>> ClientConnection::open(const Request& request) {
  disconnect();
  ++connections_;
  address_.clear();
  certificate_until_.reset();
  const Url& url = request.url;
  auto found = co_await client_.loop_.lookups().resolve(url.host, url.port, deadline_);
  if (auto* failure = std::get_if<Failure>(&found)) co_return at(Stage::lookup, *failure);
  auto connected = co_await connect_any(client_.loop_, std::get<Endpoints>(std::move(found)),
                                        deadline_, address_);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return at(Stage::connect, *failure);
  connected_at_ = steady_now();
  stream_ =
      std::make_unique<Stream>(client_.loop_, std::move(std::get<Connected>(connected).socket),
                               deadline_, Stream::Input::responses);
  if (!url.https) co_return std::nullopt;
  // OpenSSL treats a certificate file that it cannot open as empty.
  if (!has_spare_descriptor()) {
    disconnect();
    throw Shortage(ErrorCode::io_error, "cannot read the trusted certificates: too many open files",
                   "raise the limit on open files: ulimit -n");
  }
  if (auto failure = co_await stream_->start_tls(client_.tls_, url.host)) {
    disconnect();
    co_return at(Stage::tls, *failure);
  }
  certificate_until_ = stream_->certificate_until();
  co_return std::nullopt;
}

}  // namespace slotflow
