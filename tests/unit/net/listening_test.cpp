#include "net/listening.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/sockets.h"
#include "support/thrown.h"
#include "system/descriptors.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const Interrupt kNever;

Acceptors listen(const std::string& host, int port) {
  static EventLoop loop(kNever);
  return listen_on(loop, host, port);
}

}  // namespace

TEST_CASE("listening: port 0 uses a free port, and reports it") {
  Acceptors first = listen("127.0.0.1", 0);
  Acceptors second = listen("127.0.0.1", 0);
  REQUIRE(first.sockets.size() == 1);
  CHECK(first.port == port_of(first.sockets[0].native_handle()));
  CHECK(first.port != 0);
  CHECK(first.port != second.port);
  CHECK(connected_socket("127.0.0.1", first.port).get() >= 0);
}

TEST_CASE("listening: a port in use is never shared, on any address") {
  Acceptors taken = listen("localhost", 0);
  const std::string port = std::to_string(taken.port);
  for (const std::string host : {"127.0.0.1", "localhost", "0.0.0.0"}) {
    CHECK(thrown([&] { listen(host, taken.port); }) ==
          "IO_ERROR: cannot listen on " + host + " port " + port +
              ": Address already in use | hint: use --port 0 for a free port: "
              "another process listens on this one");
  }
}

TEST_CASE("listening: localhost with one of its two addresses taken is an error") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  LoopbackPair pair;
  pair.v4 = UniqueFd();
  CHECK(thrown([&] { listen("localhost", pair.port); }) ==
        "IO_ERROR: cannot listen on localhost port " + std::to_string(pair.port) +
            ": Address already in use | hint: use --port 0 for a free port: "
            "another process listens on this one");
}

TEST_CASE("listening: localhost has one port on both addresses") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  Acceptors sockets = listen("localhost", 0);
  REQUIRE(sockets.sockets.size() == 2);
  CHECK(port_of(sockets.sockets[0].native_handle()) == sockets.port);
  CHECK(port_of(sockets.sockets[1].native_handle()) == sockets.port);
}

TEST_CASE("listening: :: is for IPv6 alone, as 0.0.0.0 is for IPv4") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  UniqueFd v4;
  for (int tries = 0; tries < 10 && !v4; ++tries) {  // somebody else may have it
    Acceptors v6 = listen("::", 0);
    CHECK(connected_socket("::1", v6.port).get() >= 0);
    v4 = bound_socket("127.0.0.1", v6.port);
  }
  CHECK(static_cast<bool>(v4));  // still free
}

TEST_CASE("listening: the port is free again at once") {
  int port = 0;
  {
    Acceptors sockets = listen("127.0.0.1", 0);
    port = sockets.port;
    // A connection that the listening side ends leaves the port in TIME_WAIT.
    const UniqueFd client = connected_socket("127.0.0.1", port);
    const UniqueFd accepted(::accept(sockets.sockets[0].native_handle(), nullptr, nullptr));
  }
  Acceptors again = listen("127.0.0.1", port);
  CHECK(again.port == port);
}

TEST_CASE("listening: addresses of other machines") {
  CHECK(
      thrown([] { listen("203.0.113.77", 4242); }) ==
      "IO_ERROR: cannot listen on 203.0.113.77 port 4242: Cannot assign requested address | hint: "
      "give --host an address of this machine");
  CHECK(thrown([] {
          listen("slotflow-hooks.invalid", 4242);
        }).starts_with("IO_ERROR: cannot listen on slotflow-hooks.invalid: "));
}

TEST_CASE("listening: the limit on open files is raised to the hard one") {
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
