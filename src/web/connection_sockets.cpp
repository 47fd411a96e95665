#include "web/connection_sockets.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <optional>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/unique_fd.h"

namespace slotflow {

namespace {

struct Peer {
  std::string address;
  int port = 0;
};

int port_in(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

// Returns the client if `fd` is a connection that was accepted at `local_port`.
std::optional<Peer> client_of(int fd, int local_port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(fd, generic, &size) != 0 || port_in(address) != local_port) return {};
  size = sizeof address;
  if (::getpeername(fd, generic, &size) != 0) return {};
  char text[NI_MAXHOST];
  if (::getnameinfo(generic, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return Peer{text, port_in(address)};
}

// Calls `visit` with each connection, until it returns false. New descriptors get the lowest free
// number, so a gap is no larger than the number of connections that have ended.
template <typename Visit>
void for_each_connection(int local_port, Visit visit) {
  constexpr int kLargestGap = 4096;
  const long limit = ::sysconf(_SC_OPEN_MAX);  // -1: none
  const int end = limit >= 0 && limit < INT_MAX ? static_cast<int>(limit) : INT_MAX;
  std::array<pollfd, 256> group{};
  int last_open = 0;
  for (int fd = 0; fd < end && fd <= last_open + kLargestGap;) {
    // One call tells which of a group are open.
    const int size = std::min(end - fd, static_cast<int>(group.size()));
    for (int n = 0; n < size; ++n) group[static_cast<std::size_t>(n)] = {fd + n, 0, 0};
    const bool told = ::poll(group.data(), static_cast<nfds_t>(size), 0) >= 0;
    for (int n = 0; n < size; ++n, ++fd) {
      if (told && (group[static_cast<std::size_t>(n)].revents & POLLNVAL) != 0) continue;
      const std::optional<Peer> client = client_of(fd, local_port);
      if (told || client) last_open = fd;
      if (client && !visit(fd, *client)) return;
    }
  }
}

}  // namespace

int find_connection(int local_port, const std::string& address, int port, int likely) {
  const auto is_it = [&](const Peer& client) {
    return client.port == port && client.address == address;
  };
  if (likely >= 0) {
    const std::optional<Peer> client = client_of(likely, local_port);
    if (client && is_it(*client)) return likely;
  }
  int found = -1;
  for_each_connection(local_port, [&](int fd, const Peer& client) {
    if (is_it(client)) found = fd;
    return found < 0;
  });
  return found;
}

void shut_down_connections(int local_port, int how, const std::set<int>& spared) {
  for_each_connection(local_port, [&](int fd, const Peer&) {
    if (!spared.contains(fd)) ::shutdown(fd, how);
    return true;
  });
}

void reset_connection(int fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nothing) ::dup2(nothing.get(), fd);  // closes the socket
}

void wait_for_request(int fd, Duration limit) {
  pollfd awaited{fd, POLLIN, 0};
  if (::poll(&awaited, 1, static_cast<int>(limit.count())) == 0) ::shutdown(fd, SHUT_RDWR);
}

bool peer_has_closed(int fd) {
  char byte = 0;
  const ssize_t got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace slotflow
