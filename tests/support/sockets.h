// Plain sockets for tests that play one end of a connection by hand.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "system/unique_fd.h"

namespace slotflow::test {

// Ignores SIGPIPE, as main() does: a peer that closes is an error of one call, not the end of the
// process.
inline const auto sigpipe_ignored = std::signal(SIGPIPE, SIG_IGN);

// An address of this machine, for the socket calls.
struct SocketAddress {
  SocketAddress(const std::string& host, int port) {
    const auto number = htons(static_cast<std::uint16_t>(port));
    if (host.find(':') != std::string::npos) {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
      v6->sin6_family = AF_INET6;
      v6->sin6_port = number;
      ::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr);
      length = sizeof *v6;
    } else {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
      v4->sin_family = AF_INET;
      v4->sin_port = number;
      ::inet_pton(AF_INET, host.c_str(), &v4->sin_addr);
      length = sizeof *v4;
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }

  sockaddr_storage storage{};
  socklen_t length = 0;
};

inline int port_of(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);  // as in sockaddr_in6
}

// Keeps programs started later from inheriting `fd`.
inline void close_on_exec(const UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
}

// Returns a socket bound to `host` that does not listen: connections to it are refused, and no
// other process gets its port. Empty if the address or the port cannot be used.
inline UniqueFd bound_socket(const std::string& host, int port = 0) {
  const SocketAddress address(host, port);
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM, 0));
  if (!fd) return {};
  close_on_exec(fd);
  const int yes = 1;
  if (address.storage.ss_family == AF_INET6) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  if (::bind(fd.get(), address.get(), address.length) != 0) return {};
  return fd;
}

inline bool has_ipv6_loopback() {
  return static_cast<bool>(bound_socket("::1"));
}

// The same port on 127.0.0.1 and ::1, both only bound.
struct LoopbackPair {
  UniqueFd v4, v6;
  int port = 0;

  LoopbackPair() {
    for (int tries = 0; tries < 100 && !v6; ++tries) {
      v4 = bound_socket("127.0.0.1");
      port = port_of(v4.get());
      v6 = bound_socket("::1", port);
    }
    if (!v6) throw std::runtime_error("no port is free on both 127.0.0.1 and ::1");
  }
};

// Connects, or throws. Reads end after a minute, so that no test hangs.
inline UniqueFd connected_socket(const std::string& host, int port) {
  const SocketAddress address(host, port);
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM, 0));
  close_on_exec(fd);
  const timeval minute{60, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute);
  const int yes = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(fd.get(), address.get(), address.length) != 0) {
    throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
  }
  return fd;
}

// As recv(2), but goes on after a process that was stopped goes on: a read with a time limit ends
// with EINTR then (signal(7)).
inline ssize_t receive(int fd, char* bytes, std::size_t size) {
  for (;;) {
    const ssize_t count = ::recv(fd, bytes, size, 0);
    if (count >= 0 || errno != EINTR) return count;
  }
}

// Returns false if the peer has closed.
inline bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), 0);
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Makes close() send a reset.
inline void reset_on_close(int fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace slotflow::test
