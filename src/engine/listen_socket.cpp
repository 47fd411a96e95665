#include "engine/listen_socket.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "domain/error.h"
#include "engine/resolver.h"

namespace slotflow {

namespace {

[[noreturn]] void fail(const std::string& host, int port, int error) {
  const std::string hint = error == EADDRINUSE
                               ? "another process listens there; --port 0 takes a free port"
                           : error == EACCES ? "ports below 1024 need privileges; try --port 4242"
                           : error == EADDRNOTAVAIL ? "that address is not one of this machine"
                                                    : "";
  throw Error(
      ErrorCode::io_error,
      "cannot listen on " + host + " port " + std::to_string(port) + ": " + std::strerror(error),
      hint);
}

int bound_port(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
  return storage.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port)
             : ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

// 0, or the error.
int listen_at(const Address& address, UniqueFd& out) {
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM, 0));
  if (!fd) return errno;
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  const int yes = 1;
  // Lets a new run take the port of one that has just ended; on POSIX systems it never lets two
  // listen at once, as SO_REUSEPORT would.
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.storage.ss_family == AF_INET6) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  if (::bind(fd.get(), address.get(), address.length) != 0) return errno;
  if (::listen(fd.get(), SOMAXCONN) != 0) return errno;
  out = std::move(fd);
  return 0;
}

std::vector<Address> addresses_of(const std::string& host, int port) {
  const Interrupt never;
  auto found = resolve(host, port, PollDeadline(std::chrono::seconds(10), never));
  if (const auto* failure = std::get_if<Failure>(&found)) {
    throw Error(ErrorCode::io_error, "cannot listen on " + host + ": " + failure->detail);
  }
  auto& addresses = std::get<0>(found);
  const bool is_localhost = addresses.size() == 2 && host.find("localhost") != std::string::npos;
  if (!is_localhost) addresses.resize(1);
  return addresses;
}

}  // namespace

ListenSockets listen_on(const std::string& host, int port) {
  ListenSockets sockets;
  sockets.port = port;
  for (Address& address : addresses_of(host, port)) {
    if (!sockets.fds.empty()) {  // the second of localhost takes the port of the first
      reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port =
          htons(static_cast<std::uint16_t>(sockets.port));
    }
    UniqueFd fd;
    const int error = listen_at(address, fd);
    const bool no_ipv6 = !sockets.fds.empty() && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL);
    if (no_ipv6) continue;
    if (error != 0) fail(host, sockets.port, error);
    sockets.port = bound_port(fd.get());
    sockets.fds.push_back(std::move(fd));
  }
  return sockets;
}

}  // namespace slotflow
