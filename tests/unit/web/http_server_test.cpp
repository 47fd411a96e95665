#include "web/http_server.h"

#include <atomic>
#include <future>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/gate.h"
#include "support/raw_client.h"
#include "support/thrown.h"
#include "web/limits.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// A server that responds with what it got: "<method> <target> <size of the body>".
struct EchoServer {
  explicit EchoServer(const std::string& host = "127.0.0.1") : server(host, 0, respond_with(this)) {
    server.start();
  }

  static HttpServer::Respond respond_with(EchoServer* self) {
    return [self](const WebRequest& request) {
      if (request.target == "/throw") throw std::runtime_error("broken");
      const std::string body = request.malformed        ? "malformed"
                               : request.body_too_large ? "too large"
                                                        : std::to_string(request.body.size());
      WebReply reply{{200, request.method + " " + request.target + " " + body}};
      if (request.target == "/reset") reply.ending = WebReply::Ending::reset;
      if (request.target == "/timeout") {
        reply.ending = WebReply::Ending::timeout;
        self->held = true;
      }
      if (request.target == "/typed") reply.response = {404, "<p>", "text/html", {{"X-A", "b"}}};
      if (request.target.starts_with("/stream")) reply.stream = self->stream(request.target);
      if (request.target == "/gate") {
        self->arrived.arrive();
        CHECK(self->goes_on.await(1));
      }
      if (request.target == "/delay") reply.delay = std::chrono::hours(1);
      return reply;
    };
  }

  // Counts to three, or, if it has no end, until the connection ends.
  WebStream stream(const std::string& target) {
    ++streams;
    return
        [this, target, endless = target == "/stream/endless", n = 0](std::string& bytes) mutable {
          ++calls;
          if (endless) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          if (target == "/stream/broken" && n == 2) throw std::runtime_error("broken");
          if (n < 3) bytes = std::to_string(++n);
          return endless || n < 3;
        };
  }

  Gate arrived, goes_on;
  std::atomic<bool> held{false};
  std::atomic<int> streams{0};
  std::atomic<int> calls{0};
  HttpServer server;
};

std::string request_text(const std::string& line, const std::string& rest = "\r\n") {
  return line + " HTTP/1.1\r\nHost: x\r\n" + rest;
}

std::string with_length(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("http server: every method and path arrives as it is, with JSON as the type") {
  EchoServer echo;
  RawClient client(echo.server.port());
  for (const std::string line : {"GET /a%2Fb?x=%20", "DELETE /v1/webhooks/1", "OPTIONS /", "POST /",
                                 "PUT /", "PATCH /%0A"}) {
    CAPTURE(line);
    client.send(request_text(line));
    const RawResponse response = client.response();
    CHECK(response.body == line + " 0");
    CHECK(response.has("Content-Type: application/json"));
  }
  client.send(request_text("POST /x", with_length("12345")));
  CHECK(client.response().body == "POST /x 5");
  client.send(request_text("PUT /%0Ax", with_length("12345")));
  CHECK(client.response().body == "PUT /%0Ax 5");
  client.send(request_text("POST /", "Content-Type: application/json\r\n" + with_length("")));
  CHECK(client.response().body == "POST / 0");
}

TEST_CASE("http server: DELETE and POST without a length do not wait for a body") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("DELETE /x", "Content-Type: application/json\r\n\r\n"));
  CHECK(client.response().body == "DELETE /x 0");
}

TEST_CASE("http server: a body of any type is a body") {
  EchoServer echo;
  RawClient client(echo.server.port());
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  client.send(request_text("POST /x", form + with_length(std::string(20'000, 'a'))));
  CHECK(client.response().body == "POST /x 20000");
  const std::string parts = "Content-Type: multipart/form-data; boundary=b\r\n";
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}\r\n--b--\r\n";
  client.send(request_text("POST /x", parts + with_length(body)));
  CHECK(client.response().body == "POST /x 19");
}

TEST_CASE("http server: a body over the limit is read to its end") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("POST /x", with_length(std::string(kMaxWebBody, 'a'))));
  CHECK(client.response().body == "POST /x 1048576");
  client.send(request_text("POST /x", with_length(std::string(kMaxWebBody + 1, 'a'))));
  CHECK(client.response().body == "POST /x too large");
  std::string chunks;
  for (int i = 0; i < 17; ++i) chunks += "10000\r\n" + std::string(65536, 'a') + "\r\n";
  client.send(request_text("POST /x", "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"));
  CHECK(client.response().body == "POST /x too large");
  client.send(request_text("GET /next"));
  CHECK(client.response().body == "GET /next 0");
}

TEST_CASE("http server: what is not HTTP gets JSON, too") {
  EchoServer echo;
  for (const std::string& text : {std::string("NONSENSE\r\n\r\n"), request_text("BREW /x"),
                                  request_text("GET /" + std::string(9000, 'a')),
                                  request_text("GET /x", "Range: bytes=x\r\n\r\n")}) {
    CAPTURE(text.substr(0, 80));
    RawClient client(echo.server.port());
    client.send(text);
    const RawResponse response = client.response();
    CHECK(response.status == 200);  // of the echo
    CHECK(response.has("Content-Type: application/json"));
    CHECK(response.body.ends_with("malformed"));
  }
}

TEST_CASE("http server: a long path overflows no stack") {
  EchoServer echo;
  RawClient client(echo.server.port());
  const std::string line = "POST /" + std::string(8000, 'a');
  client.send(request_text(line, with_length("x")));
  CHECK(client.response().body == line + " 1");
}

TEST_CASE("http server: a range does not cut the response") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("GET /x", "Range: bytes=0-2\r\nConnection: close\r\n\r\n"));
  const std::string response = client.read_to_end().value_or("");
  CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(response.ends_with("\r\n\r\n8\r\nGET /x 0\r\n0\r\n\r\n"));
}

TEST_CASE("http server: an exception is an empty response with status 500") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("GET /throw"));
  const RawResponse response = client.response();
  CHECK(response.status == 500);
  CHECK(response.body == "");
  client.send(request_text("POST /throw", with_length("{}")));
  CHECK(client.response().status == 500);
}

TEST_CASE("http server: a response has its type and headers, also if its status is an error's") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("GET /typed"));
  const RawResponse response = client.response();
  CHECK(response.status == 404);
  CHECK(response.body == "<p>");
  CHECK(response.has("Content-Type: text/html"));
  CHECK(response.has("X-A: b"));
}

TEST_CASE("http server: nothing is compressed, whatever the client accepts") {
  EchoServer echo;
  for (const std::string line : {"GET /", "POST /", "GET /typed", "GET /stream"}) {
    CAPTURE(line);
    RawClient client(echo.server.port());
    client.send(
        request_text(line, "Accept-Encoding: gzip, deflate, br\r\nConnection: close\r\n\r\n"));
    const std::string all = client.read_to_end().value_or("nothing");
    CHECK(all.find("Content-Encoding") == std::string::npos);
    CHECK(all.find(line == "GET /typed" ? "<p>" : line + " 0") != std::string::npos);
  }
}

TEST_CASE("http server: a stream is sent piece by piece") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("GET /stream", "Connection: close\r\n\r\n"));
  const std::string all = client.read_to_end().value_or("nothing");
  CHECK(all.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\nd\r\nGET /stream 0\r\n1\r\n1\r\n1\r\n2\r\n1\r\n3\r\n0\r\n\r\n"));
}

TEST_CASE("http server: an exception in a stream ends the connection, and nothing else") {
  EchoServer echo;
  RawClient client(echo.server.port());
  client.send(request_text("GET /stream/broken"));
  CHECK(client.read_to_end().value_or("nothing").ends_with("\r\n1\r\n2\r\n"));
  RawClient other(echo.server.port());
  other.send(request_text("GET /"));
  CHECK(other.response().status == 200);
}

TEST_CASE("http server: a stream without an end ends with its client or with the server") {
  EchoServer echo;
  {
    RawClient gone(echo.server.port());
    gone.send(request_text("GET /stream/endless"));
    while (echo.calls < 5) std::this_thread::yield();
  }
  RawClient stays(echo.server.port());
  stays.send(request_text("GET /stream/endless"));
  while (echo.streams < 2) std::this_thread::yield();
  for (const int before = echo.calls; echo.calls < before + 5;) std::this_thread::yield();
  echo.server.stop();
  const int calls = echo.calls;
  CHECK(stays.read_to_end().value_or("").find("\r\n3\r\n") != std::string::npos);
  CHECK(echo.calls == calls);
}

TEST_CASE("http server: many requests use one connection") {
  EchoServer echo;
  RawClient client(echo.server.port());
  for (int i = 0; i < 50; ++i) {
    client.send(request_text("GET /" + std::to_string(i)));
    CHECK(client.response().body == "GET /" + std::to_string(i) + " 0");
  }
}

TEST_CASE("http server: 200 idle connections and 100 unfinished requests hold up nobody") {
  EchoServer echo;
  std::list<RawClient> others;
  for (int i = 0; i < 200; ++i) {
    others.emplace_back(echo.server.port()).send(request_text("GET /idle"));
    CHECK(others.back().response().status == 200);
  }
  for (int i = 0; i < 100; ++i)
    others.emplace_back(echo.server.port()).send("POST /x HTTP/1.1\r\n");
  RawClient client(echo.server.port());
  client.send(request_text("GET /now"));
  CHECK(client.response().body == "GET /now 0");
}

TEST_CASE("http server: a simulated reset is one, and others go on") {
  EchoServer echo;
  RawClient other(echo.server.port());
  other.send(request_text("GET /x"));
  CHECK(other.response().status == 200);
  const UniqueFd client = connected_socket("127.0.0.1", echo.server.port());
  send_all(client.get(), request_text("POST /reset", with_length("{}")));
  char byte = 0;
  errno = 0;
  CHECK(::recv(client.get(), &byte, 1, 0) == -1);
  CHECK(errno == ECONNRESET);
  other.send(request_text("GET /y"));
  CHECK(other.response().body == "GET /y 0");
}

TEST_CASE("http server: a simulated timeout ends when the client leaves, or with stop()") {
  EchoServer echo;
  {
    RawClient client(echo.server.port());
    client.send(request_text("GET /timeout"));
    while (!echo.held) std::this_thread::yield();
  }
  RawClient client(echo.server.port());
  client.send(request_text("GET /timeout"));
  client.send("more");
  echo.server.stop();
  CHECK(client.response().status == 0);
}

TEST_CASE("http server: idle connections do not wake it") {
  EchoServer echo;
  std::list<RawClient> idle;
  for (int i = 0; i < 50; ++i) {
    idle.emplace_back(echo.server.port()).send(request_text("GET /idle"));
    CHECK(idle.back().response().status == 200);
  }
  const auto switches = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  const auto before = switches();
  std::this_thread::sleep_for(std::chrono::milliseconds(220));  // 20 times 11
  CHECK(switches() - before < 500);                             // and not 50 times 20
  for (RawClient& client : idle) {
    client.send(request_text("GET /again"));
    CHECK(client.response().status == 200);
  }
}

TEST_CASE("http server: stop() lets a response under way end") {
  EchoServer echo;
  RawClient idle(echo.server.port());
  idle.send(request_text("GET /"));
  CHECK(idle.response().status == 200);
  RawClient waits(echo.server.port());
  waits.send(request_text("GET /gate"));
  CHECK(echo.arrived.await(1));
  std::thread stopper([&] { echo.server.stop(); });
  CHECK(idle.read_to_end() == "");  // so connections are being ended
  echo.goes_on.arrive();
  const RawResponse response = waits.response();
  CHECK(response.status == 200);
  CHECK(response.body == "GET /gate 0");
  stopper.join();
}

TEST_CASE("http server: stop() ends idle connections and delays, and frees the port") {
  EchoServer echo;
  RawClient idle(echo.server.port());
  idle.send(request_text("GET /x"));
  CHECK(idle.response().status == 200);
  RawClient silent(echo.server.port());
  RawClient delayed(echo.server.port());
  delayed.send(request_text("GET /delay"));
  const int port = echo.server.port();
  // The request has arrived when a later one has its response.
  idle.send(request_text("GET /x"));
  CHECK(idle.response().status == 200);
  echo.server.stop();
  CHECK(idle.read_to_end() == "");
  CHECK(thrown([&] { HttpServer("127.0.0.1", port, {}); }) == "nothing");
}

TEST_CASE("http server: a port in use is never shared") {
  EchoServer echo;
  const std::string port = std::to_string(echo.server.port());
  for (const std::string host : {"127.0.0.1", "localhost", "0.0.0.0"}) {
    CHECK(thrown([&] { HttpServer(host, echo.server.port(), {}); }) ==
          "IO_ERROR: cannot listen on " + host + " port " + port +
              ": Address already in use | hint: use --port 0 for a free port: "
              "another process listens on this one");
  }
  CHECK(thrown([] { HttpServer("192.0.2.1", 0, {}); }) ==
        "IO_ERROR: cannot listen on 192.0.2.1 port 0: Cannot assign requested address | hint: "
        "give --host an address of this machine");
}

TEST_CASE("http server: localhost is both of its addresses") {
  EchoServer echo("localhost");
  for (const std::string host : {"127.0.0.1", "::1"}) {
    if (host == "::1" && !has_ipv6_loopback()) continue;
    RawClient client(echo.server.port(), host);
    client.send(request_text("GET /x"));
    CHECK(client.response().body == "GET /x 0");
  }
}

TEST_CASE("http server: one that was never started can be stopped") {
  HttpServer server("127.0.0.1", 0, {});
  const int port = server.port();
  server.stop();
  CHECK(port > 0);
}
