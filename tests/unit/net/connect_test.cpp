#include "net/connect.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/child.h"
#include "support/full_backlog.h"
#include "support/raw_endpoint.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

asio::ip::tcp::endpoint address_of(const std::string& host, int port) {
  return {asio::ip::make_address(host), static_cast<unsigned short>(port)};
}

struct Result {
  std::string text;  // the address, or "connection_refused: ..."
  std::string tried;
};

asio::awaitable<Result> connect_in(EventLoop& loop, Endpoints addresses, Duration timeout) {
  Deadline deadline(loop);
  deadline.set_from_now(timeout);
  Result result;
  const auto connected = co_await connect_any(loop, addresses, deadline, result.tried);
  if (const auto* failure = std::get_if<Failure>(&connected)) {
    result.text = std::string(to_string(failure->kind)) + ": " + failure->detail;
  } else {
    result.text = std::get<Connected>(connected).address;
  }
  co_return result;
}

Result connect_to(const Endpoints& addresses, Duration timeout = std::chrono::minutes(1)) {
  const Interrupt never;
  EventLoop loop(never);
  return loop.run(connect_in(loop, addresses, timeout));
}

void idle(RawConnection& connection) {
  connection.hold();
}

}  // namespace

TEST_CASE("connect: the first address that accepts wins") {
  const RawEndpoint first(idle), second(idle);
  CHECK(connect_to({address_of("127.0.0.1", first.port()), address_of("127.0.0.1", second.port())})
            .text == first.address());
}

TEST_CASE("connect: the next address is tried when one refuses") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const RawEndpoint endpoint(idle);
  CHECK(connect_to({address_of("127.0.0.1", port_of(nobody.get())),
                    address_of("127.0.0.1", endpoint.port())})
            .text == endpoint.address());
}

TEST_CASE("connect: the next address is tried when one is silent") {
  const FullBacklog silent;
  const RawEndpoint endpoint(idle);
  CHECK(
      connect_to({address_of("127.0.0.1", silent.port()), address_of("127.0.0.1", endpoint.port())})
          .text == endpoint.address());
}

TEST_CASE("connect: when all refuse, the first refusal is reported") {
  const UniqueFd one = bound_socket("127.0.0.1"), two = bound_socket("127.0.0.1");
  const Result result = connect_to(
      {address_of("127.0.0.1", port_of(one.get())), address_of("127.0.0.1", port_of(two.get()))});
  CHECK(result.text == "connection_refused: Connection refused");
  CHECK(result.tried == "127.0.0.1:" + std::to_string(port_of(one.get())));
}

TEST_CASE("connect: a refusal is reported rather than an unreachable address") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const std::string refusing = "127.0.0.1:" + std::to_string(port_of(nobody.get()));
  // The broadcast address takes no TCP connection, on any machine.
  const Result result = connect_to(
      {address_of("255.255.255.255", 80), address_of("127.0.0.1", port_of(nobody.get()))});
  CHECK(result.text == "connection_refused: Connection refused");
  CHECK(result.tried == refusing);
}

TEST_CASE("connect: nothing but silence is a timeout") {
  const FullBacklog silent;
  const Result result = connect_to({address_of("127.0.0.1", silent.port())}, Duration(100));
  CHECK(result.text == "timeout: while connecting");
  CHECK(result.tried == "127.0.0.1:" + std::to_string(silent.port()));
}

TEST_CASE("connect: a socket that is connected to itself has found nobody") {
  const Interrupt never;
  EventLoop loop(never);
  asio::ip::tcp::socket self(loop.context(), address_of("127.0.0.1", 0));
  self.connect(self.local_endpoint());
  CHECK(is_connected_to_itself(self));
  const RawEndpoint endpoint(idle);
  asio::ip::tcp::socket other(loop.context());
  other.connect(address_of("127.0.0.1", endpoint.port()));
  CHECK_FALSE(is_connected_to_itself(other));
}

TEST_CASE("connect: an interrupt ends it") {
  const FullBacklog silent;
  Interrupt interrupt;
  EventLoop loop(interrupt);
  interrupt.trigger();
  for (const Endpoints& addresses :
       {Endpoints{address_of("127.0.0.1", silent.port())},
        Endpoints{address_of("127.0.0.1", silent.port()), address_of("127.0.0.1", 9)}}) {
    CHECK(loop.run(connect_in(loop, addresses, std::chrono::hours(1))).text == "interrupted: ");
  }
}

TEST_CASE("connect: an unreachable address is not reported as refused") {
  CHECK(connect_to({address_of("255.255.255.255", 80)}).text.starts_with("unreachable: "));
}

TEST_CASE("connect: a lack of descriptors is not a failure of the endpoint") {
  const RawEndpoint endpoint(idle);
  test::Child child([&](int out) {
    const Interrupt never;
    EventLoop loop(never);
    const rlimit none{static_cast<rlim_t>(out), static_cast<rlim_t>(out)};
    while (::dup(out) != -1) {
    }
    if (::setrlimit(RLIMIT_NOFILE, &none) != 0) ::_exit(2);
    std::string text = "connected";
    try {
      loop.run(connect_in(loop, {address_of("127.0.0.1", endpoint.port())}, std::chrono::hours(1)));
    } catch (const Shortage& shortage) {
      text = shortage.what();
    }
    if (::write(out, text.data(), text.size()) == -1) ::_exit(2);
  });
  CHECK(child.read_to_end() == "cannot open another connection: Too many open files");
}
