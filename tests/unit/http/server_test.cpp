#include <list>

#include <doctest/doctest.h>

#include "support/live_server.h"
#include "support/raw_client.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("server: the handler gets the request exactly as received") {
  LiveServer server;
  RawClient client(server.port());
  client.send(
      "POST /a/../b%20?x=1&x=2#f HTTP/1.1\r\nhost: x\r\nX-CaSe: One\r\nx-case: two\r\n"
      "Range: bytes=0-1\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde");
  CHECK(client.response().body == "abcde");
  const http::IncomingRequest request = server.requests(1).front();
  CHECK(request.head.method == "POST");
  CHECK(request.head.target == "/a/../b%20?x=1&x=2#f");
  const std::vector<Header> expected = {{"host", "x"},
                                        {"X-CaSe", "One"},
                                        {"x-case", "two"},
                                        {"Range", "bytes=0-1"},
                                        {"Content-Encoding", "gzip"},
                                        {"Content-Length", "5"}};
  CHECK(request.head.headers == expected);
  CHECK_FALSE(request.problem);
}

TEST_CASE("server: bodies are exact, regardless of their headers") {
  LiveServer server;
  const std::string form =
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n";
  const std::string urlencoded = "a=%20&a=+&b";
  const std::string gzip("\x1f\x8b\x08\0\0\0\0\0\0\x03 no gzip at all", 26);
  const std::string bytes("\0\r\n\r\n\xff 0\r\n\r\n", 12);
  const std::string long_form(100'000, 'a');
  const std::pair<std::string, std::string> rows[] = {
      {"Content-Type: multipart/form-data; boundary=x\r\n", form},
      {"Content-Type: multipart/form-data; boundary=x\r\n", "not that boundary"},
      {"Content-Type: multipart/form-data\r\n", "no boundary"},
      {"Content-Type: application/x-www-form-urlencoded\r\n", urlencoded},
      {"Content-Type: application/x-www-form-urlencoded\r\n", long_form},
      {"Content-Encoding: gzip\r\n", gzip},
      {"Content-Encoding: br\r\n", bytes},
      {"Content-Encoding: nonsense\r\n", bytes},
      {"Range: bytes=2-3\r\n", "abcdefgh"},
      {"Range: nonsense\r\nIf-Range: x\r\n", "abcdefgh"},
      {"Content-Type: application/octet-stream\r\n", bytes},
      {"", ""},
  };
  RawClient client(server.port());  // one connection: what is wrong would spoil the next one
  for (const auto& row : rows) {
    const std::string& body = row.second;
    CAPTURE(row.first);
    client.send(post(body, "/", row.first));
    const RawResponse response = client.response();
    CHECK(response.status == 200);
    CHECK(response.body == body);
  }
}

TEST_CASE("server: chunked bodies") {
  LiveServer server;
  RawClient client(server.port());
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  client.send(head + "3\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\n");
  CHECK(client.response().body == "abc0123456789");
  client.send(head);
  for (const char byte : std::string("2\r\n\r\n\r\n0\r\n\r\n")) client.send({&byte, 1});
  CHECK(client.response().body == "\r\n");
  client.send(head + "3;a=b\r\nabc\r\n0; c\r\nX-Trailer: d\r\n\r\n");
  CHECK(client.response().body == "abc");
  client.send(head + "0\r\n\r\n");
  const RawResponse empty = client.response();
  CHECK(empty.status == 200);
  CHECK(empty.body == "");
}

TEST_CASE("server: a connection takes many requests") {
  LiveServer server;
  RawClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    client.send(post(std::to_string(i)));
    REQUIRE(client.response().body == std::to_string(i));
  }
}

TEST_CASE("server: pipelined requests get their responses in order") {
  LiveServer server;
  RawClient client(server.port());
  client.send(post("one") + post("two") + "GET / HTTP/1.1\r\nHost: x\r\n\r\n" + post("three"));
  CHECK(client.response().body == "one");
  CHECK(client.response().body == "two");
  CHECK(client.response().status == 200);
  CHECK(client.response().body == "three");
}

TEST_CASE("server: a request that arrives byte by byte") {
  LiveServer server;
  RawClient client(server.port());
  for (const char byte : post("hello", "/", "X-A: b\r\n")) client.send({&byte, 1});
  CHECK(client.response().body == "hello");
}

TEST_CASE("server: 100 (Continue) is sent before the body, and only if the client expects it") {
  LiveServer server;
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.response().status == 100);
  client.send("ok");
  const RawResponse response = client.response();
  CHECK(response.status == 200);
  CHECK(response.body == "ok");
}

TEST_CASE("server: the connection ends when the client says so") {
  for (const char* head :
       {"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", "POST / HTTP/1.0\r\n"}) {
    LiveServer server;
    RawClient client(server.port());
    client.send(std::string(head) + "Content-Length: 2\r\n\r\nok");
    const RawResponse response = client.response();
    CHECK(response.body == "ok");
    CHECK(response.has("Connection: close"));
    CHECK(client.read_to_end() == "");
  }
}

TEST_CASE("server: status, headers and body of a response") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response;
    response.status = request.head.target == "/teapot" ? 418 : 503;
    response.headers = {{"Retry-After", "3"}, {"X-Twice", "a"}, {"X-Twice", "b"}};
    response.body = "short and stout\n";
    return response;
  });
  RawClient client(server.port());
  client.send(post("", "/teapot"));
  const RawResponse response = client.response();
  CHECK(response.status == 418);
  CHECK(response.body == "short and stout\n");
  CHECK(response.has("Retry-After: 3"));
  CHECK(response.has("X-Twice: a"));
  CHECK(response.has("X-Twice: b"));
  client.send(post(""));
  CHECK(client.response().status == 503);
}

TEST_CASE("server: responses that must not have a body have none") {
  // RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5.
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response;
    if (request.head.method == "POST") response.status = std::stoi(request.head.target.substr(1));
    response.body = "body";
    return response;
  });
  RawClient client(server.port());
  client.send(post("", "/204") + post("", "/304") + "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" +
              post("", "/200"));
  client.end_sending();
  const auto all = client.read_to_end();
  REQUIRE(all);
  CHECK(all->find("HTTP/1.1 204 ") == 0);
  CHECK(all->find("\r\n\r\nHTTP/1.1 304 ") != std::string::npos);
  CHECK(all->find("\r\n\r\nHTTP/1.1 200 ") != std::string::npos);
  CHECK(all->find("body") == all->size() - 4);
}

TEST_CASE("server: 500 requests are handled at once") {
  constexpr std::size_t kClients = 500;
  LoopThread thread;
  Condition arrived(thread.loop().context());
  std::size_t count = 0;
  http::Server server(
      thread.loop(), {.port = 0},
      [&](http::IncomingRequest request) -> asio::awaitable<http::OutgoingResponse> {
        ++count;
        arrived.notify();
        // None gets a response before all have arrived.
        while (count < kClients) co_await arrived.wait();
        co_return echo(request);
      });
  server.start();
  thread.start();
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.emplace_back(server.port());
  std::size_t number = 0;
  for (RawClient& client : clients) client.send(post(std::to_string(number++)));
  number = 0;
  for (RawClient& client : clients) CHECK(client.response().body == std::to_string(number++));
  thread.run([&] { return server.stop(); });
  thread.stop();
}

TEST_CASE("server: a delayed response does not delay others") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = echo(request);
    if (request.body == "slow") response.delay = std::chrono::hours(1);
    return response;
  });
  std::list<RawClient> slow;
  for (int i = 0; i < 100; ++i) {
    slow.emplace_back(server.port());
    slow.back().send(post("slow"));
  }
  server.requests(100);
  RawClient quick(server.port());
  quick.send(post("quick"));
  CHECK(quick.response().body == "quick");
  server.stop();
  for (RawClient& client : slow) CHECK(client.response().status == 0);
}

TEST_CASE("server: a response is not sent before its delay") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = echo(request);
    response.delay = Duration(100);
    return response;
  });
  RawClient client(server.port());
  const auto begin = std::chrono::steady_clock::now();
  client.send(post("x"));
  CHECK(client.response().body == "x");
  CHECK(std::chrono::steady_clock::now() - begin >= Duration(100));
}

TEST_CASE("server: two servers cannot share a port") {
  LiveServer first;
  const std::string port = std::to_string(first.port());
  const Interrupt never;
  EventLoop loop(never);
  CHECK(thrown([&] { http::Server(loop, {.port = first.port()}, {}); }) ==
        "IO_ERROR: cannot listen on 127.0.0.1 port " + port +
            ": Address already in use | hint: use --port 0 for a free port: "
            "another process listens on this one");
}

TEST_CASE("server: localhost is both 127.0.0.1 and ::1") {
  LiveServer server(echo, {.host = "localhost"});
  RawClient v4(server.port());
  v4.send(post("four"));
  CHECK(v4.response().body == "four");
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  RawClient v6(server.port(), "::1");
  v6.send(post("six"));
  CHECK(v6.response().body == "six");
}
