// The bytes of one connection, plain or TLS, under one deadline.
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

namespace slotflow {

// One coroutine may read while another one writes. The deadline cancels whatever is under way; a
// later one makes it usable again, except over TLS. Not thread-safe. Both arguments of the
// constructor must outlive it.
class Stream {
 public:
  // `socket` is connected and non-blocking.
  Stream(EventLoop& loop, asio::ip::tcp::socket socket, Deadline& deadline);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Makes it a TLS connection to `host`, whose name or address the certificate must be for.
  asio::awaitable<std::optional<Failure>> start_tls(const TlsSettings& settings, std::string host);
  // The server's side of it: waits for the client's handshake.
  asio::awaitable<std::optional<Failure>> accept_tls(const TlsIdentity& identity);

  struct Read {
    std::string_view bytes = {};  // valid until the coroutine suspends; empty at the end
    std::optional<Failure> failure = {};
  };
  // At most `most` bytes, which are more than none.
  asio::awaitable<Read> read(std::size_t most = SIZE_MAX);
  // True if the next read() would most likely not suspend.
  bool reads_at_once() const { return more_is_there_; }
  // Waits until there is something to read, or the connection has ended.
  asio::awaitable<std::optional<Failure>> wait_readable();

  // Writes all of both, in one system call where the system takes them. A peer that closes before
  // it has read everything may have responded: that shows when reading, so it is no failure here,
  // and write_refused() is true from then on.
  asio::awaitable<std::optional<Failure>> write(std::string_view first,
                                                std::string_view second = {});
  // Writes what the system takes at once, and returns how much that is: what is left is for
  // write(), which also finds out why. 0 over TLS.
  std::size_t write_at_once(std::string_view bytes);
  bool write_refused() const { return write_refused_; }
  // Ends a write() that another coroutine has under way, and all later ones, as if the peer had
  // closed.
  void stop_writing();
  // True if the peer's machine has reset the connection, as it does when what was sent reaches a
  // socket that is closed; on one machine at once.
  bool was_reset();
  // How many bytes the peer's machine has not confirmed yet; 0 where that cannot be known.
  std::size_t unconfirmed();

  // Ends our side in order (close_notify, FIN), and reads and discards what the peer still sends,
  // until it closes or the deadline ends: closing with bytes unread would reset the connection, and
  // the peer might never see what was sent before.
  asio::awaitable<void> linger();
  void close();           // close_notify and FIN, waiting for nothing
  void reset_on_close();  // RST in place of FIN
  void cancel();          // what is under way ends

  // True if there are bytes to read; false if there are none, yet or any more.
  bool has_bytes();
  // False if the peer has closed or reset an idle connection, as far as is known here.
  bool is_open();
  bool is_tls() const { return connection_->tls != nullptr; }
  // When the peer's certificate ends; over TLS.
  std::optional<Timestamp> certificate_until() const;

 private:
  using Tls = asio::ssl::stream<asio::ip::tcp::socket&>;

  // Shared with the last operation of TLS, which may end after the stream.
  struct Connection {
    explicit Connection(asio::ip::tcp::socket connected) : socket(std::move(connected)) {}
    asio::ip::tcp::socket socket;
    std::unique_ptr<Tls> tls;
  };

  asio::ip::tcp::socket& socket() { return connection_->socket; }
  void begin_tls(SSL_CTX* context);
  std::optional<Failure> failure_of(const asio::error_code& error) const;
  Failure tls_failure(const asio::error_code& error) const;
  asio::awaitable<std::optional<Failure>> shake_hands(asio::ssl::stream_base::handshake_type side);
  asio::awaitable<Read> read_plain(std::size_t most);
  asio::awaitable<Read> read_tls(std::size_t most);
  asio::awaitable<std::optional<Failure>> write_plain(std::string_view first,
                                                      std::string_view second);
  asio::awaitable<std::optional<Failure>> write_tls(std::string_view bytes);

  EventLoop& loop_;
  std::shared_ptr<Connection> connection_;
  Deadline& deadline_;
  std::vector<char> tls_input_;
  bool more_is_there_ = false;  // than the last read has taken, most likely
  bool write_refused_ = false;
  bool resets_ = false;
};

}  // namespace slotflow
