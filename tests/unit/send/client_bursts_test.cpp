#include <chrono>

#include <doctest/doctest.h>

#include "support/gate.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("client_bursts: many are sent at once, and the replies are in their order") {
  Gate all_there;
  RawEndpoint endpoint([&](RawConnection& connection) {
    const std::string request = connection.read_request();
    all_there.arrive();
    all_there.await(32);  // none gets a response before all have come
    connection.send(http_response("200 OK", request.substr(request.find("\r\n\r\n") + 4)));
  });
  const Interrupt never;
  BlockingClient client({}, never);
  std::vector<Request> requests;
  for (int i = 0; i < 32; ++i) {
    requests.push_back(request_of({.url = endpoint.url(), .body = std::to_string(i)}));
  }
  const std::vector<Reply> replies = client.send_at_once(requests);
  REQUIRE(replies.size() == 32);
  for (std::size_t i = 0; i < 32; ++i) {
    REQUIRE(describe(replies[i]) == "200");
    CHECK(replies[i].response()->body == std::to_string(i));
  }
}

TEST_CASE("client_bursts: connections of many can be opened apart") {
  Gate last_is_there;
  RawEndpoint endpoint([&](RawConnection& connection) {
    const std::string request = connection.read_request();
    if (request.ends_with("2")) last_is_there.arrive();
    last_is_there.await(1);  // the first one does not keep the last from being sent
    connection.send(http_response("200 OK", ""));
  });
  const Interrupt never;
  BlockingClient client({}, never);
  std::vector<Request> requests;
  for (int i = 0; i < 3; ++i) {
    requests.push_back(request_of({.url = endpoint.url(), .body = std::to_string(i)}));
  }
  const auto begin = std::chrono::steady_clock::now();
  for (const Reply& reply : client.send_at_once(requests, std::chrono::milliseconds(10))) {
    CHECK(describe(reply) == "200");
  }
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(20));
}

TEST_CASE("client_bursts: an interrupt ends the opening of many, too") {
  RawEndpoint endpoint([](RawConnection&) {});
  Interrupt interrupt;
  interrupt.trigger();
  BlockingClient client({}, interrupt);
  const std::vector<Request> requests(3, request_of({.url = endpoint.url(), .body = ""}));
  for (const Reply& reply : client.send_at_once(requests, std::chrono::hours(1))) {
    CHECK(kind_of(reply) == "interrupted");
  }
}
