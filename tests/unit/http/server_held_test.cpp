// A server that holds as many bytes of requests as it may.
#include <list>

#include <doctest/doctest.h>

#include "support/live_server.h"
#include "support/raw_client.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE(
    "server: a connection without a request is closed without a word while there is no room") {
  http::ServerOptions options;
  options.max_held = 100;
  options.idle_timeout = Duration(50);
  LiveServer server(
      [](http::IncomingRequest& request) {
        http::OutgoingResponse response = echo(request);
        response.delay = std::chrono::hours(1);
        return response;
      },
      options);
  RawClient waiting(server.port());
  waiting.send(post(std::string(200, 'x')));
  server.requests(1);
  RawClient silent(server.port());
  CHECK(silent.read_to_end() == "");
  server.stop();
  CHECK(server.requests().size() == 1);
}

TEST_CASE("server: all started uploads are completed, even beyond the limit") {
  http::ServerOptions options;
  options.max_held = 100;
  LiveServer server(echo, options);
  const std::string half(80, 'x');
  std::list<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    clients.back().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 160\r\n\r\n" + half);
  }
  for (RawClient& client : clients) client.send(half);
  for (RawClient& client : clients) CHECK(client.response().body == half + half);
  server.stop();
}

TEST_CASE("server: one request may be larger than all that is held at once") {
  http::ServerOptions options;
  options.max_held = 1000;
  LiveServer server(echo, options);
  RawClient client(server.port());
  RawClient other(server.port());
  const std::string body(500'000, 'x');
  // One after the other, also while the one before keeps its connection.
  for (RawClient* sender : {&client, &other, &client, &client}) {
    sender->send(post(body));
    CHECK(sender->response().body.size() == body.size());
  }
  // Nor does one that leaves in the middle take the room of the next.
  other.send(post(body).substr(0, 100'000));
  other.leave();
  client.send(post(body));
  CHECK(client.response().body.size() == body.size());
  server.stop();
}
