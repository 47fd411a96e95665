#include "engine/channel.h"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "domain/error.h"

namespace slotflow {

namespace {

bool is_ip_address(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

std::string last_tls_error() {
  const unsigned long code = ::ERR_peek_last_error();
  const char* reason = ::ERR_reason_error_string(code);
  return reason != nullptr ? reason : "the TLS handshake failed";
}

}  // namespace

bool Channel::wait(short events) {
  return is_ready(deadline_.wait(fd_, events));
}

bool Channel::pause(Duration d) {
  pollfd none[1];
  return is_ready(deadline_.wait_any(none, 0, PollDeadline::Steady::now() + d));
}

bool Channel::is_ready(WaitResult result) {
  switch (result) {
    case WaitResult::ready:
      return true;
    case WaitResult::timed_out:
      fail(FailureKind::timeout, "");
      return false;
    case WaitResult::interrupted:
      fail(FailureKind::interrupted, "");
      return false;
  }
  return false;
}

ssize_t Channel::fail(FailureKind kind, std::string detail) {
  if (!trouble_) trouble_ = Failure{kind, std::move(detail)};
  return -1;
}

ssize_t Channel::fail_errno(int error) {
  const auto kind = error == ETIMEDOUT ? FailureKind::timeout : FailureKind::connection_reset;
  return fail(kind, std::strerror(error));
}

ssize_t Channel::fail_tls() {
  const long verdict = ::SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK && (::SSL_get_verify_mode(ssl_.get()) & SSL_VERIFY_PEER) != 0) {
    return fail(FailureKind::tls, ::X509_verify_cert_error_string(verdict));
  }
  return fail(FailureKind::tls, last_tls_error());
}

bool Channel::tls_retry(int result, ssize_t& answer) {
  const int error = ::SSL_get_error(ssl_.get(), result);
  switch (error) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      answer = -1;
      return wait(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
    case SSL_ERROR_ZERO_RETURN:
      answer = 0;
      return false;
    case SSL_ERROR_SYSCALL:
      answer = errno == 0 ? 0 : fail_errno(errno);
      return false;
    default:
      if (ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        answer = 0;
      } else {
        answer = fail_tls();
      }
      return false;
  }
}

bool Channel::begin_tls(SSL_CTX* context) {
  ssl_.reset(::SSL_new(context));
  if (ssl_ && ::SSL_set_fd(ssl_.get(), fd_) == 1) return true;
  fail(FailureKind::tls, last_tls_error());
  return false;
}

bool Channel::start_tls(const TlsSettings& settings, const std::string& host) {
  if (!begin_tls(settings.context())) return false;
  if (is_ip_address(host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl_.get()), host.c_str());
  } else {
    // SSL_set_tlsext_host_name, whose macro casts the old way.
    ::SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(host.c_str()));
    ::SSL_set1_host(ssl_.get(), host.c_str());
  }
  return shake_hands(::SSL_connect);
}

bool Channel::accept_tls(const TlsIdentity& identity) {
  return begin_tls(identity.context()) && shake_hands(::SSL_accept);
}

bool Channel::shake_hands(int (*step)(SSL*)) {
  for (;;) {
    ::ERR_clear_error();
    errno = 0;
    const int result = step(ssl_.get());
    if (result == 1) return true;
    ssize_t answer = -1;
    if (tls_retry(result, answer)) continue;
    if (answer == 0) fail(FailureKind::connection_closed, "during the TLS handshake");
    return false;
  }
}

void Channel::renew() {
  if (trouble_ && trouble_->kind == FailureKind::timeout) trouble_.reset();
}

ssize_t Channel::read_tls(char* bytes, std::size_t size) {
  for (;;) {
    ::ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    const int result = ::SSL_read_ex(ssl_.get(), bytes, size, &count);
    if (result == 1) return static_cast<ssize_t>(count);
    ssize_t answer = -1;
    if (!tls_retry(result, answer)) return answer;
  }
}

ssize_t Channel::read(char* bytes, std::size_t size) {
  if (trouble_) return -1;
  // A peer that always has a byte ready would never let a wait see the end.
  if (deadline_.passed()) return fail(FailureKind::timeout, "");
  if (ssl_) return read_tls(bytes, size);
  for (;;) {
    const ssize_t count = ::recv(fd_, bytes, size, 0);
    if (count == 0 && pipe_broken_) return fail_errno(ECONNRESET);
    if (count >= 0) return count;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return fail_errno(errno);
    if (!wait(POLLIN)) return -1;
  }
}

ssize_t Channel::write_some(const char* bytes, std::size_t size) {
  for (;;) {
    if (ssl_) {
      ::ERR_clear_error();
      errno = 0;
      std::size_t count = 0;
      const int result = ::SSL_write_ex(ssl_.get(), bytes, size, &count);
      if (result == 1) return static_cast<ssize_t>(count);
      ssize_t answer = -1;
      if (!tls_retry(result, answer)) return answer > 0 ? answer : fail_errno(EPIPE);
      continue;
    }
#ifdef MSG_NOSIGNAL
    const ssize_t count = ::send(fd_, bytes, size, MSG_NOSIGNAL);
#else
    const ssize_t count = ::send(fd_, bytes, size, 0);
#endif
    if (count >= 0) return count;
    if (errno == EPIPE || errno == ECONNRESET) {
      pipe_broken_ = true;
      return static_cast<ssize_t>(size);
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return fail_errno(errno);
    if (!wait(POLLOUT)) return -1;
  }
}

ssize_t Channel::write(const char* bytes, std::size_t size) {
  if (trouble_) return -1;
  for (std::size_t sent = 0; sent < size;) {
    if (deadline_.passed()) return fail(FailureKind::timeout, "");
    const ssize_t count = write_some(bytes + sent, size - sent);
    if (count < 0) return -1;
    sent += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

std::optional<Timestamp> Channel::certificate_until() const {
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
      ssl_ ? ::SSL_get1_peer_certificate(ssl_.get()) : nullptr, &::X509_free);
  std::tm end{};
  if (!certificate || ::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate.get()), &end) != 1) {
    return std::nullopt;
  }
  return from_unix_seconds(::timegm(&end));
}

void Channel::close_tls() {
  if (!ssl_ || trouble_) return;
  ::ERR_clear_error();
  ::SSL_shutdown(ssl_.get());
}

}  // namespace slotflow
