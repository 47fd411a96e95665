#include "engine/listen_socket.h"

#include "net/descriptors.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/sockets.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("listen_socket: port 0 takes a free one, and tells which") {
  const ListenSockets first = listen_on("127.0.0.1", 0);
  const ListenSockets second = listen_on("127.0.0.1", 0);
  REQUIRE(first.fds.size() == 1);
  CHECK(first.port == port_of(first.fds[0].get()));
  CHECK(first.port != 0);
  CHECK(first.port != second.port);
  CHECK(connected_socket("127.0.0.1", first.port).get() >= 0);
}

TEST_CASE("listen_socket: a port in use is never shared, on any address") {
  const ListenSockets taken = listen_on("localhost", 0);
  const std::string port = std::to_string(taken.port);
  for (const std::string host : {"127.0.0.1", "localhost", "0.0.0.0"}) {
    CHECK(thrown([&] { listen_on(host, taken.port); }) ==
          "IO_ERROR: cannot listen on " + host + " port " + port +
              ": Address already in use | hint: another process listens there; --port 0 takes a "
              "free port");
  }
}

TEST_CASE("listen_socket: localhost with one of its two addresses taken is an error") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  LoopbackPair pair;
  pair.v4 = UniqueFd();
  CHECK(thrown([&] { listen_on("localhost", pair.port); }) ==
        "IO_ERROR: cannot listen on localhost port " + std::to_string(pair.port) +
            ": Address already in use | hint: another process listens there; --port 0 takes a "
            "free port");
}

TEST_CASE("listen_socket: localhost has one port on both addresses") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  const ListenSockets sockets = listen_on("localhost", 0);
  REQUIRE(sockets.fds.size() == 2);
  CHECK(port_of(sockets.fds[0].get()) == sockets.port);
  CHECK(port_of(sockets.fds[1].get()) == sockets.port);
}

TEST_CASE("listen_socket: the port is free again at once") {
  int port = 0;
  {
    const ListenSockets sockets = listen_on("127.0.0.1", 0);
    port = sockets.port;
    // A connection that the listening side ends leaves the port in TIME_WAIT.
    const UniqueFd client = connected_socket("127.0.0.1", port);
    const UniqueFd accepted(::accept(sockets.fds[0].get(), nullptr, nullptr));
  }
  const ListenSockets again = listen_on("127.0.0.1", port);
  CHECK(again.port == port);
}

TEST_CASE("listen_socket: addresses that are not ours") {
  CHECK(
      thrown([] { listen_on("203.0.113.77", 4242); }) ==
      "IO_ERROR: cannot listen on 203.0.113.77 port 4242: Cannot assign requested address | hint: "
      "that address is not one of this machine");
  CHECK(thrown([] { listen_on("slotflow-hooks.invalid", 4242); })
            .starts_with(
                "IO_ERROR: cannot listen on slotflow-hooks.invalid: slotflow-hooks.invalid: "));
}

TEST_CASE("listen_socket: the limit on open files is raised to the hard one") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_cur, 256);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  raise_open_file_limit();
  rlimit after{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
  CHECK(after.rlim_cur == after.rlim_max);
}
