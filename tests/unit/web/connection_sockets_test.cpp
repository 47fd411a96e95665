#include "web/connection_sockets.h"

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include "support/sockets.h"
#include "system/descriptors.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Connection {
  UniqueFd client, accepted;
};

struct Server {
  Server() { REQUIRE(::listen(listener.get(), 8) == 0); }

  // A connection whose accepted socket has a descriptor of at least `lowest`.
  Connection connect(int lowest) {
    Connection connection{connected_socket("127.0.0.1", port), {}};
    const UniqueFd accepted(::accept(listener.get(), nullptr, nullptr));
    connection.accepted = UniqueFd(::fcntl(accepted.get(), F_DUPFD_CLOEXEC, lowest));
    REQUIRE(connection.accepted);
    return connection;
  }

  UniqueFd listener = bound_socket("127.0.0.1");
  int port = port_of(listener.get());
};

// What a read of the client returns: 0 at the end of the connection.
ssize_t read_one(const Connection& connection, int flags) {
  char byte = 0;
  return ::recv(connection.client.get(), &byte, 1, flags);
}

}  // namespace

TEST_CASE("connection sockets: found by their addresses, whatever their numbers are") {
  raise_open_file_limit();
  Server server, other;
  std::vector<Connection> connections;
  for (const int lowest : {0, 255, 256, 700}) connections.push_back(server.connect(lowest));
  connections.push_back(other.connect(300));
  const auto find = [&](const Connection& connection, int likely) {
    return find_connection(server.port, "127.0.0.1", port_of(connection.client.get()), likely);
  };
  for (std::size_t n = 0; n < 4; ++n) {
    CAPTURE(n);
    CHECK(find(connections[n], -1) == connections[n].accepted.get());
    CHECK(find(connections[n], connections[1].accepted.get()) == connections[n].accepted.get());
  }
  CHECK(find(connections[4], -1) == -1);

  shut_down_connections(server.port, SHUT_RDWR, {connections[2].accepted.get()});
  for (const std::size_t n : {0U, 1U, 3U}) CHECK(read_one(connections[n], 0) == 0);
  for (const std::size_t n : {2U, 4U}) CHECK(read_one(connections[n], MSG_DONTWAIT) == -1);
}
