#include "net/stream.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <new>

#include <arpa/inet.h>
#include <asio/buffer.hpp>
#include <asio/redirect_error.hpp>
#include <asio/ssl/error.hpp>
#include <asio/use_awaitable.hpp>
#include <openssl/x509.h>
#include <sys/socket.h>

#include "net/openssl.h"
#include "system/platform.h"

namespace slotflow {

namespace {

constexpr std::size_t kTlsInput = 8 * 1024;  // bytes
// The memory of a waiting read(), in bytes: most requests and responses fit. Asio reuses the memory
// of coroutines up to 1 KiB, which pays for many responses on a few connections; requests wait on
// many connections.
constexpr std::size_t kSmallRequest = 1024;
constexpr std::size_t kSmallResponse = 640;
constexpr std::size_t kOneRecord = 16 * 1024;  // RFC 8446, section 5.1

bool is_ip_address(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

bool peer_has_closed(const asio::error_code& error) {
  return error == asio::error::broken_pipe || error == asio::error::connection_reset;
}

bool must_wait(const asio::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

auto into(asio::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace

Stream::Stream(EventLoop& loop, asio::ip::tcp::socket socket, Deadline& deadline, Input input)
    : loop_(loop),
      connection_(std::make_shared<Connection>(std::move(socket))),
      deadline_(deadline),
      input_(input) {
  deadline_.on_end([this] { cancel(); });
}

Stream::~Stream() {
  deadline_.on_end({});
}

void Stream::stop_writing() {
  write_refused_ = true;
  cancel();
}

void Stream::cancel() {
  asio::error_code ignored;
  socket().cancel(ignored);
}

// Asio's shutdown sends our close_notify at once if the system accepts it, and then waits for the
// peer's. Closing the socket ends the wait.
void Stream::close() {
  const bool in_order = !write_refused_ && !resets_ && deadline_.cause() == Deadline::Cause::none;
  if (is_tls() && in_order) {
    connection_->tls->async_shutdown([connection = connection_](const asio::error_code&) {});
  }
  asio::error_code ignored;
  socket().close(ignored);
}

// Returns what an operation's error means, or nullopt.
std::optional<Failure> Stream::failure_of(const asio::error_code& error) const {
  if (deadline_.cause() == Deadline::Cause::interrupted) {
    return Failure{FailureKind::interrupted, ""};
  }
  if (deadline_.cause() == Deadline::Cause::timed_out) return Failure{FailureKind::timeout, ""};
  if (!error) return std::nullopt;
  if (error.category() == asio::error::get_ssl_category()) {
    return tls_failure(connection_->tls->native_handle(), static_cast<unsigned int>(error.value()),
                       connection_->peer);
  }
  if (error == asio::error::timed_out) return Failure{FailureKind::timeout, error.message()};
  return Failure{FailureKind::connection_reset, error.message()};
}

void Stream::begin_tls(SSL_CTX* context) {
  SSL* ssl = ::SSL_new(context);
  if (ssl == nullptr) throw std::bad_alloc();
  connection_->tls = std::make_unique<Tls>(connection_->socket, ssl);
  watch(ssl, connection_->peer);
  tls_input_.resize(kTlsInput);
}

asio::awaitable<std::optional<Failure>> Stream::start_tls(const TlsSettings& settings,
                                                          std::string host) {
  begin_tls(settings.context());
  SSL* ssl = connection_->tls->native_handle();
  if (is_ip_address(host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), host.c_str());
  } else {
    // SSL_set_tlsext_host_name, whose macro casts the old way.
    ::SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
    ::SSL_set1_host(ssl, host.c_str());
  }
  connection_->peer.is_server = true;
  connection_->peer.host = std::move(host);
  co_return co_await shake_hands(asio::ssl::stream_base::client);
}

asio::awaitable<std::optional<Failure>> Stream::accept_tls(const TlsIdentity& identity) {
  begin_tls(identity.context());
  co_return co_await shake_hands(asio::ssl::stream_base::server);
}

asio::awaitable<std::optional<Failure>> Stream::shake_hands(
    asio::ssl::stream_base::handshake_type side) {
  if (deadline_.over()) co_return failure_of({});
  asio::error_code error;
  co_await connection_->tls->async_handshake(side, into(error));
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    if (asked_for_certificate()) co_return certificate_wanted(FailureKind::connection_closed);
    co_return Failure{FailureKind::connection_closed, "during the TLS handshake"};
  }
  if (!error) {
    ::SSL_set_msg_callback(connection_->tls->native_handle(), nullptr);
    connection_->peer.agreed = true;
  }
  co_return failure_of(error);
}

asio::awaitable<std::optional<Failure>> Stream::wait_readable() {
  if (deadline_.over()) co_return failure_of({});
  asio::error_code error;
  co_await socket().async_wait(asio::ip::tcp::socket::wait_read, into(error));
  co_return failure_of(error);
}

asio::awaitable<Stream::Read> Stream::read(std::size_t most) {
  return is_tls() ? read_tls(most) : read_plain(most);
}

asio::awaitable<Stream::Read> Stream::read_plain(std::size_t most) {
  return input_ == Input::requests ? read_small<kSmallRequest>(most)
                                   : read_small<kSmallResponse>(most);
}

// While it waits, it only has a little memory of its own. Once that is full, it reads the rest into
// the loop's memory without waiting.
template <std::size_t small>
asio::awaitable<Stream::Read> Stream::read_small(std::size_t most) {
  // If the peer always has a byte ready, no wait would notice the end.
  const bool over = more_is_there_ ? deadline_.over() : deadline_.noticed_over();
  if (over) co_return Read{{}, failure_of({})};
  asio::error_code error;
  const auto room = loop_.scratch().first(std::min(most, loop_.scratch().size()));
  std::size_t count = 0;
  if (more_is_there_) count = socket().read_some(asio::buffer(room.data(), room.size()), error);
  if (!more_is_there_ || must_wait(error)) {
    std::array<char, small> input;
    const std::size_t size = std::min(most, input.size());
    count = co_await socket().async_read_some(asio::buffer(input.data(), size), into(error));
    more_is_there_ = count == size;
    std::copy_n(input.begin(), count, room.begin());
  }
  if (!error) co_return Read{{room.data(), count}, {}};
  if (error == asio::error::eof) {
    if (write_refused_) error = asio::error::connection_reset;
    co_return Read{{}, error == asio::error::eof ? std::nullopt : failure_of(error)};
  }
  co_return Read{{}, failure_of(error)};
}

asio::awaitable<Stream::Read> Stream::read_tls(std::size_t most) {
  if (deadline_.over()) co_return Read{{}, failure_of({})};
  asio::error_code error;
  const std::size_t count =
      co_await connection_->tls->async_read_some(asio::buffer(tls_input_, most), into(error));
  if (count > 0) co_return Read{{tls_input_.data(), count}, {}};
  const bool ended = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
  if (ended && !deadline_.over()) {
    if (write_refused_) co_return Read{{}, failure_of(asio::error::connection_reset)};
    co_return Read{};
  }
  co_return Read{{}, failure_of(error)};
}

std::size_t Stream::write_at_once(std::string_view bytes) {
  if (is_tls() || write_refused_) return 0;
  asio::error_code error;
  const std::size_t count = socket().write_some(asio::buffer(bytes), error);
  if (error) return 0;
  written_ += count;
  return count;
}

asio::awaitable<std::optional<Failure>> Stream::write(std::string_view first,
                                                      std::string_view second) {
  if (write_refused_) co_return std::nullopt;
  if (!is_tls()) co_return co_await write_plain(first, second);
  // TLS writes a record for each buffer, so a small message is put into one.
  if (first.size() + second.size() <= kOneRecord) {
    const std::string both = std::string(first) + std::string(second);
    co_return co_await write_tls(both);
  }
  if (auto failure = co_await write_tls(first)) co_return failure;
  co_return co_await write_tls(second);
}

asio::awaitable<std::optional<Failure>> Stream::write_plain(std::string_view first,
                                                            std::string_view second) {
  while ((!first.empty() || !second.empty()) && !write_refused_) {
    if (deadline_.over()) co_return failure_of({});
    asio::error_code error;
    const std::array<asio::const_buffer, 2> both{asio::buffer(first), asio::buffer(second)};
    const std::size_t count = socket().write_some(both, error);
    if (!error) {
      written_ += count;
      const std::size_t of_first = std::min(count, first.size());
      first.remove_prefix(of_first);
      second.remove_prefix(count - of_first);
      continue;
    }
    if (must_wait(error)) {
      co_await socket().async_wait(asio::ip::tcp::socket::wait_write, into(error));
      if (!error || write_refused_) continue;
    }
    if (peer_has_closed(error) && !deadline_.over()) {
      write_refused_ = true;
      co_return std::nullopt;
    }
    co_return failure_of(error);
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<Failure>> Stream::write_tls(std::string_view bytes) {
  while (!bytes.empty() && !write_refused_) {
    if (deadline_.over()) co_return failure_of({});
    // One record at a time: while OpenSSL has part of a record to write, it tries to write before
    // it reads, so the response of a peer that has stopped reading could not be read.
    asio::error_code error;
    const auto record = asio::buffer(bytes.data(), std::min(bytes.size(), kOneRecord));
    const std::size_t count = co_await connection_->tls->async_write_some(record, into(error));
    bytes.remove_prefix(count);
    written_ += count;
    if (peer_has_closed(error) && !deadline_.over()) {
      write_refused_ = true;
      co_return std::nullopt;
    }
    if (write_refused_) break;
    if (auto failure = failure_of(error)) co_return failure;
    // A server that responds and closes before it has read everything may have its response wait
    // behind the session tickets that it sent before, until these are acknowledged (RFC 896).
    acknowledge_at_once(socket().native_handle());
  }
  co_return std::nullopt;
}

bool Stream::is_open() {
  char byte = 0;
  const ssize_t count = ::recv(socket().native_handle(), &byte, sizeof byte, MSG_PEEK);
  return count > 0 ? is_tls() : count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool Stream::has_bytes() {
  char byte = 0;
  return ::recv(socket().native_handle(), &byte, sizeof byte, MSG_PEEK) > 0;
}

bool Stream::was_reset() {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(socket().native_handle(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 &&
         error != 0;
}

std::size_t Stream::unconfirmed() {
  return unacknowledged_bytes(socket().native_handle());
}

asio::awaitable<void> Stream::linger() {
  if (deadline_.over()) co_return;
  asio::error_code ignored;
  if (is_tls() && !write_refused_) co_await connection_->tls->async_shutdown(into(ignored));
  socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  for (Read input = co_await read_plain(SIZE_MAX); !input.bytes.empty();) {
    input = co_await read_plain(SIZE_MAX);
  }
}

void Stream::reset_on_close() {
  resets_ = true;
  asio::error_code ignored;
  socket().set_option(asio::socket_base::linger(true, 0), ignored);
}

std::optional<Timestamp> Stream::certificate_until() const {
  const Certificate certificate(
      is_tls() ? ::SSL_get1_peer_certificate(connection_->tls->native_handle()) : nullptr,
      &::X509_free);
  std::tm end{};
  if (!certificate || ::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate.get()), &end) != 1) {
    return std::nullopt;
  }
  return from_unix_seconds(::timegm(&end));
}

}  // namespace slotflow
