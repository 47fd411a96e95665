// The bytes of one connection, plain or TLS, under one deadline.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <openssl/ssl.h>
#include <sys/types.h>

#include "domain/delivery.h"
#include "engine/deadline.h"
#include "engine/tls.h"

namespace slotflow {

// Does not own the socket, which must be non-blocking. One thread. The first trouble is
// kept and every later call fails.
class Channel {
 public:
  // The deadline may be given anew at any time: see renew().
  Channel(int fd, const PollDeadline& deadline) : fd_(fd), deadline_(deadline) {}

  // Makes it a TLS channel to `host`, whose name or address the certificate must be for. False
  // when it failed; trouble() tells why.
  bool start_tls(const TlsSettings& settings, const std::string& host);
  // The other side of it: waits for the client's handshake.
  bool accept_tls(const TlsIdentity& identity);
  // After a later deadline was given: forgets a timeout.
  void renew();

  ssize_t read(char* bytes, std::size_t size);  // 0 at the end, -1 on trouble
  // All or -1. An endpoint that closes before it has read everything may have answered already:
  // that is found out by reading, so a broken pipe is not trouble yet.
  ssize_t write(const char* bytes, std::size_t size);
  bool pause(Duration d);  // does nothing for so long; false on trouble, at the deadline too
  void close_tls();        // says goodbye; waits for nothing
  std::optional<Timestamp> certificate_until() const;  // when the peer's certificate ends

  int fd() const { return fd_; }
  // The peer did not take what was written: it had closed, or reset the connection.
  bool pipe_broken() const { return pipe_broken_; }
  const std::optional<Failure>& trouble() const { return trouble_; }

 private:
  ssize_t fail(FailureKind kind, std::string detail);
  ssize_t fail_errno(int error);
  ssize_t fail_tls();
  bool wait(short events);
  bool is_ready(WaitResult result);
  bool begin_tls(SSL_CTX* context);
  bool shake_hands(int (*step)(SSL*));
  ssize_t read_tls(char* bytes, std::size_t size);
  ssize_t write_some(const char* bytes, std::size_t size);
  // What to do after an SSL call returned `result`: true to call it again.
  bool tls_retry(int result, ssize_t& answer);

  int fd_;
  const PollDeadline& deadline_;
  bool pipe_broken_ = false;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  std::optional<Failure> trouble_;
};

}  // namespace slotflow
