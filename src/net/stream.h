// A connection, plain or TLS, under a deadline.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/stream.hpp>

#include "domain/delivery.h"
#include "domain/timestamp.h"
#include "net/deadline.h"
#include "net/tls.h"
#include "net/tls_failure.h"

namespace slotflow {

// One coroutine may read while another one writes. The deadline cancels the current operations;
// after setting a later one, the stream can be used again, except over TLS. Not thread-safe. `loop`
// and `deadline` must outlive this object.
class Stream {
 public:
  // What is read: it decides how much memory a waiting read() has.
  enum class Input { requests, responses };

  // `socket` is connected and non-blocking.
  Stream(EventLoop& loop, asio::ip::tcp::socket socket, Deadline& deadline, Input input);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Starts TLS as a client. The certificate must be for `host`, a name or an address.
  asio::awaitable<std::optional<Failure>> start_tls(const TlsSettings& settings, std::string host);
  // Starts TLS as a server.
  asio::awaitable<std::optional<Failure>> accept_tls(const TlsIdentity& identity);

  struct Read {
    std::string_view bytes = {};  // valid until the coroutine suspends; empty at the end
    std::optional<Failure> failure = {};
  };
  // Reads at most `most` bytes, which must be above 0.
  asio::awaitable<Read> read(std::size_t most = SIZE_MAX);
  // Returns whether the next read() will most likely not suspend.
  bool reads_at_once() const { return more_is_there_; }
  // Waits until there are bytes to read or the connection has ended.
  asio::awaitable<std::optional<Failure>> wait_readable();

  // Writes both, in one system call if possible. If the peer has closed, this is not a failure: it
  // may have responded before, which the next read() shows. write_refused() is true from then on.
  asio::awaitable<std::optional<Failure>> write(std::string_view first,
                                                std::string_view second = {});
  // Writes as much as possible without waiting, and returns how many bytes; 0 over TLS. Pass the
  // rest to write(), which also reports errors. Does not look at the deadline.
  std::size_t write_at_once(std::string_view bytes);
  bool write_refused() const { return write_refused_; }
  // Returns how many bytes write() and write_at_once() have passed to the operating system, or to
  // TLS.
  std::size_t written() const { return written_; }
  // Returns whether the deadline has ended the stream. Reads the clock.
  bool is_over() { return deadline_.over(); }
  // Ends a write() of another coroutine, and all later ones, as if the peer had closed.
  void stop_writing();
  // Returns whether the peer's machine has reset the connection, as it does when data arrives at a
  // closed socket.
  bool was_reset();
  // Returns how many bytes the peer's machine has not acknowledged yet; 0 if unknown.
  std::size_t unconfirmed();

  // Closes this side in order (close_notify, FIN), and discards input until the peer closes or the
  // deadline ends. Closing with unread bytes would reset the connection, and the peer could lose
  // what was sent before.
  asio::awaitable<void> linger();
  void close();           // sends close_notify and FIN without waiting for the peer's
  void reset_on_close();  // makes close() send RST instead of FIN
  void cancel();          // ends the current operations

  // Returns whether there are bytes to read.
  bool has_bytes();
  // Returns false if the peer is known to have closed or reset an idle connection.
  bool is_open();
  bool is_tls() const { return connection_->tls != nullptr; }
  // Returns whether the peer has asked for a client certificate.
  bool asked_for_certificate() const { return connection_->peer.wants_certificate; }
  // Returns when the peer's certificate expires; nullopt without TLS.
  std::optional<Timestamp> certificate_until() const;

 private:
  using Tls = asio::ssl::stream<asio::ip::tcp::socket&>;

  // Shared with the last operation of TLS, which may end after the stream.
  struct Connection {
    explicit Connection(asio::ip::tcp::socket connected) : socket(std::move(connected)) {}
    asio::ip::tcp::socket socket;
    TlsPeer peer;
    std::unique_ptr<Tls> tls;
  };

  asio::ip::tcp::socket& socket() { return connection_->socket; }
  void begin_tls(SSL_CTX* context);
  std::optional<Failure> failure_of(const asio::error_code& error) const;
  asio::awaitable<std::optional<Failure>> shake_hands(asio::ssl::stream_base::handshake_type side);
  asio::awaitable<Read> read_plain(std::size_t most);
  template <std::size_t small>
  asio::awaitable<Read> read_small(std::size_t most);
  asio::awaitable<Read> read_tls(std::size_t most);
  asio::awaitable<std::optional<Failure>> write_plain(std::string_view first,
                                                      std::string_view second);
  asio::awaitable<std::optional<Failure>> write_tls(std::string_view bytes);

  EventLoop& loop_;
  std::shared_ptr<Connection> connection_;
  Deadline& deadline_;
  std::vector<char> tls_input_;
  const Input input_;
  bool more_is_there_ = false;  // to read, most likely
  bool write_refused_ = false;
  std::size_t written_ = 0;
  bool resets_ = false;
};

}  // namespace slotflow
