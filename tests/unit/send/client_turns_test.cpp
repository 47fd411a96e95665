// When the bytes of a request leave: at the end of the event loop's turn.

#include <future>
#include <thread>

#include <asio/post.hpp>
#include <doctest/doctest.h>

#include "send/client.h"
#include "send/exchange.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Sends twice on one connection, and runs `meanwhile` in the turn of the second request, before it
// is written.
template <class Meanwhile>
Reply second_of(const std::string& url, Meanwhile meanwhile,
                Duration timeout = std::chrono::seconds(60)) {
  const Interrupt never;
  EventLoop loop(never);
  Client client(loop, {});
  return loop.run([](EventLoop& on, Client& with, Request request, Meanwhile what,
                     Duration limit) -> asio::awaitable<Reply> {
    ClientConnection connection(with);
    const Reply first = co_await connection.send(request);
    CHECK(describe(first) == "200");
    asio::post(on.context(), what);
    request.timeout = limit;
    const Reply second = co_await connection.send(request);
    CHECK(connection.connections() == 1);
    co_return second;
  }(loop, client, request_of({.url = url}), meanwhile, timeout));
}

// Ends a thread that accepts one connection, if it has not come.
struct Joining {
  int listener;
  std::thread thread;

  ~Joining() {
    ::shutdown(listener, SHUT_RDWR);
    thread.join();
  }
};

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
  const Joining server{listener.get(), std::thread([&] {
                         const Interrupt never;
                         {
                           RawConnection connection(
                               UniqueFd(::accept(listener.get(), nullptr, nullptr)), 1, never);
                           connection.read_request();
                           connection.send(http_response("200 OK", "hi"));
                           wanted.get_future().wait_for(std::chrono::minutes(1));
                           connection.reset_at_end();
                         }
                         gone.set_value();
                       })};
  const std::string url = "http://127.0.0.1:" + std::to_string(port_of(listener.get())) + "/";
  const Reply reply = second_of(url, [&] {
    wanted.set_value();
    gone.get_future().wait();
  });
  CHECK(kind_of(reply) == "connection_reset");
  CHECK(reply.sent == 0);
}

TEST_CASE("client: a request whose time is over before it is written is not written") {
  RawEndpoint endpoint([](RawConnection& connection) {
    connection.read_request();
    connection.send(http_response("200 OK", "hi"));
    connection.hold();
  });
  const Reply reply = second_of(
      endpoint.url(), [] { std::this_thread::sleep_for(std::chrono::milliseconds(40)); },
      std::chrono::milliseconds(20));
  CHECK(kind_of(reply) == "timeout");
  CHECK(reply.sent == 0);
  CHECK(reply.write_delay.count() == 0);
}

TEST_CASE("client: a request is written, even if a response that nobody asked for is there first") {
  const std::string large = http_response("200 OK", std::string(2'000, 'x'));
  std::promise<void> wanted;
  std::promise<void> answered;
  std::promise<std::string> second;
  RawEndpoint endpoint([&](RawConnection& connection) {
    connection.read_request();
    connection.send(large);
    wanted.get_future().wait_for(std::chrono::minutes(1));
    connection.send(large);
    answered.set_value();
    second.set_value(connection.read_request());
  });
  const Interrupt never;
  EventLoop loop(never);
  loop.run([](EventLoop& on, int port, Request request, std::promise<void>& want,
              std::future<void> came) -> asio::awaitable<void> {
    asio::ip::tcp::socket socket(on.context());
    const auto loopback = asio::ip::address_v4::loopback();
    socket.connect({loopback, static_cast<asio::ip::port_type>(port)});
    socket.non_blocking(true);
    Deadline deadline(on);
    Stream stream(on, std::move(socket), deadline, Stream::Input::responses);
    Exchange exchange(on, stream);
    const auto first = co_await exchange.run(request, true, 0);
    CHECK_FALSE(first.has_value());
    CHECK(exchange.take_response().body.size() == 2'000);
    const std::size_t written = stream.written();
    want.set_value();
    came.wait();
    const auto again = co_await exchange.run(request, true, 0);
    CHECK_FALSE(again.has_value());
    CHECK(stream.written() == 2 * written);
  }(loop, endpoint.port(), request_of({.url = endpoint.url()}), wanted, answered.get_future()));
  CHECK(second.get_future().get().starts_with("POST "));
}

namespace {

// Sends a request, of which the system takes only a part at once, to `serve` on a kept connection.
// `serve` is called after that. Returns the response's status.
template <class Serve>
int send_in_parts(const Request& request, const UniqueFd& listener, Serve serve) {
  const int small = 2'048;  // bytes; the connection inherits it
  REQUIRE(::setsockopt(listener.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  std::promise<void> tried;
  std::promise<void> responded;
  const Joining server{listener.get(), std::thread([&] {
                         const Interrupt never;
                         RawConnection connection(
                             UniqueFd(::accept(listener.get(), nullptr, nullptr)), 1, never);
                         tried.get_future().wait_for(std::chrono::minutes(1));
                         serve(connection);
                         responded.get_future().wait_for(std::chrono::minutes(1));
                       })};
  const Interrupt never;
  EventLoop loop(never);
  int status = 0;
  loop.run([](EventLoop& on, int port, const Request& large, std::promise<void>& wrote,
              int& got) -> asio::awaitable<void> {
    asio::ip::tcp::socket socket(on.context());
    const auto loopback = asio::ip::address_v4::loopback();
    socket.connect({loopback, static_cast<asio::ip::port_type>(port)});
    socket.set_option(asio::socket_base::send_buffer_size(small));
    socket.non_blocking(true);
    Deadline deadline(on);
    Stream stream(on, std::move(socket), deadline, Stream::Input::responses);
    Exchange exchange(on, stream);
    TurnEnd after(on, [&] {
      CHECK(stream.written() < large.body.size());
      wrote.set_value();
    });
    asio::post(on.context(), [&] { after.request(); });
    const auto failure = co_await exchange.run(large, true, 0);
    CHECK_FALSE(failure.has_value());
    CHECK(exchange.reusable() == (stream.written() > large.body.size()));
    got = exchange.take_response().status;
  }(loop, port_of(listener.get()), request, tried, status));
  responded.set_value();
  return status;
}

Request large_request_to(const UniqueFd& listener) {
  const std::string url = "http://127.0.0.1:" + std::to_string(port_of(listener.get())) + "/";
  return request_of({.url = url, .body = std::string(15'000, 'x')});
}

}  // namespace

TEST_CASE("client: the rest of a request follows, if the system does not take all of it at once") {
  const UniqueFd listener = bound_socket("127.0.0.1");
  const Request request = large_request_to(listener);
  std::string received;
  const int status = send_in_parts(request, listener, [&](RawConnection& connection) {
    received = connection.read_request();
    connection.send(http_response("200 OK", "hi"));
  });
  CHECK(status == 200);
  CHECK(received.substr(received.find("\r\n\r\n") + 4) == request.body.str());
}

TEST_CASE(
    "client: a response is read, even if the endpoint does not read the rest of the request") {
  const UniqueFd listener = bound_socket("127.0.0.1");
  const int status =
      send_in_parts(large_request_to(listener), listener, [](RawConnection& connection) {
        connection.send(http_response("413 Content Too Large", "no"));
      });
  CHECK(status == 413);
}
