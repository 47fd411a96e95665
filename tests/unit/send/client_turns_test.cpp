// When the bytes of a request leave: at the end of the event loop's turn.

#include <future>
#include <thread>

#include <asio/post.hpp>
#include <doctest/doctest.h>

#include "send/client.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Sends twice on one connection, and runs `meanwhile` in the turn of the second request, before it
// is written.
template <class Meanwhile>
Reply second_of(const std::string& url, Meanwhile meanwhile) {
  const Interrupt never;
  EventLoop loop(never);
  Client client(loop, {});
  return loop.run(
      [](EventLoop& on, Client& with, Request request, Meanwhile what) -> asio::awaitable<Reply> {
        ClientConnection connection(with);
        const Reply first = co_await connection.send(request);
        CHECK(describe(first) == "200");
        asio::post(on.context(), what);
        const Reply second = co_await connection.send(request);
        CHECK(connection.connections() == 1);
        co_return second;
      }(loop, client, request_of({.url = url}), meanwhile));
}

}  // namespace

TEST_CASE("client: what else the turn has to do comes before the request, and is told") {
  constexpr auto kWork = std::chrono::milliseconds(30);
  RawEndpoint endpoint([](RawConnection& connection) {
    while (!connection.read_request().empty()) connection.send(http_response("200 OK", "hi"));
  });
  const Reply reply = second_of(endpoint.url(), [&] { std::this_thread::sleep_for(kWork); });
  CHECK(describe(reply) == "200");
  CHECK(reply.write_delay >= kWork);
  CHECK(reply.duration >= reply.write_delay);
}

TEST_CASE("client: an endpoint that resets the connection before the request is written") {
  const UniqueFd listener = bound_socket("127.0.0.1");
  REQUIRE(::listen(listener.get(), 1) == 0);
  std::promise<void> wanted;
  std::promise<void> gone;
  std::thread server([&] {
    const Interrupt never;
    {
      RawConnection connection(UniqueFd(::accept(listener.get(), nullptr, nullptr)), 1, never);
      connection.read_request();
      connection.send(http_response("200 OK", "hi"));
      wanted.get_future().wait();
      connection.reset_at_end();
    }
    gone.set_value();
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(port_of(listener.get())) + "/";
  const Reply reply = second_of(url, [&] {
    wanted.set_value();
    gone.get_future().wait();
  });
  server.join();
  CHECK(kind_of(reply) == "connection_reset");
  CHECK(reply.sent == 0);
}
