#include "engine/connector.h"

#include <doctest/doctest.h>

#include "support/full_backlog.h"
#include "support/raw_endpoint.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

Address address_of(const std::string& host, int port) {
  const SocketAddress from(host, port);
  Address address;
  address.storage = from.storage;
  address.length = from.length;
  return address;
}

struct Result {
  std::string text;  // the address, or "connection_refused: ..."
  std::string tried;
};

Result connect_to(const std::vector<Address>& addresses,
                  Duration timeout = std::chrono::minutes(1)) {
  const Interrupt never;
  Result result;
  const auto connected = connect_any(addresses, PollDeadline(timeout, never), result.tried);
  if (const auto* failure = std::get_if<Failure>(&connected)) {
    result.text = std::string(to_string(failure->kind)) + ": " + failure->detail;
  } else {
    result.text = std::get<OldConnected>(connected).address;
  }
  return result;
}

void idle(RawConnection& connection) {
  connection.hold();
}

}  // namespace

TEST_CASE("connector: the first address that answers wins") {
  const RawEndpoint first(idle), second(idle);
  CHECK(connect_to({address_of("127.0.0.1", first.port()), address_of("127.0.0.1", second.port())})
            .text == first.address());
}

TEST_CASE("connector: the next address is tried when one refuses") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const RawEndpoint endpoint(idle);
  CHECK(connect_to({address_of("127.0.0.1", port_of(nobody.get())),
                    address_of("127.0.0.1", endpoint.port())})
            .text == endpoint.address());
}

TEST_CASE("connector: the next address is tried when one is silent") {
  const FullBacklog silent;
  const RawEndpoint endpoint(idle);
  CHECK(
      connect_to({address_of("127.0.0.1", silent.port()), address_of("127.0.0.1", endpoint.port())})
          .text == endpoint.address());
}

TEST_CASE("connector: when all refuse, the first refusal is told") {
  const UniqueFd one = bound_socket("127.0.0.1"), two = bound_socket("127.0.0.1");
  const Result result = connect_to(
      {address_of("127.0.0.1", port_of(one.get())), address_of("127.0.0.1", port_of(two.get()))});
  CHECK(result.text == "connection_refused: Connection refused");
  CHECK(result.tried == "127.0.0.1:" + std::to_string(port_of(one.get())));
}

TEST_CASE("connector: a refusal tells more than an address that cannot be reached") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const std::string refusing = "127.0.0.1:" + std::to_string(port_of(nobody.get()));
  // The broadcast address takes no TCP connection, on any machine.
  const Result result = connect_to(
      {address_of("255.255.255.255", 80), address_of("127.0.0.1", port_of(nobody.get()))});
  CHECK(result.text == "connection_refused: Connection refused");
  CHECK(result.tried == refusing);
}

TEST_CASE("connector: nothing but silence is a timeout") {
  const FullBacklog silent;
  const Result result = connect_to({address_of("127.0.0.1", silent.port())}, Duration(100));
  CHECK(result.text == "timeout: while connecting");
  CHECK(result.tried == "127.0.0.1:" + std::to_string(silent.port()));
}

TEST_CASE("connector: an interrupt ends it") {
  const FullBacklog silent;
  Interrupt interrupt;
  interrupt.trigger();
  std::string tried;
  const auto result = connect_any({address_of("127.0.0.1", silent.port())},
                                  PollDeadline(std::chrono::hours(1), interrupt), tried);
  REQUIRE(std::holds_alternative<Failure>(result));
  CHECK(std::get<Failure>(result).kind == FailureKind::interrupted);
}
