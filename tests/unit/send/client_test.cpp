#include <atomic>
#include <future>

#include <doctest/doctest.h>

#include "support/full_backlog.h"
#include "support/live_server.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

Reply reply_to(const std::string& bytes) {
  RawEndpoint endpoint(responding(bytes));
  return send({.url = endpoint.url()});
}

}  // namespace

TEST_CASE("client: status, headers and body of a response") {
  const Reply reply = reply_to(http_response("201 Created", "made\n", "X-One: 1\r\nX-Two:2 \r\n"));
  REQUIRE(describe(reply) == "201");
  CHECK(reply.delivered());
  CHECK(reply.response()->body == "made\n");
  CHECK(reply.response()->minor_version == 1);
  CHECK(find_header(reply.response()->headers, "x-one") == "1");
  CHECK(find_header(reply.response()->headers, "X-TWO") == "2");
}

TEST_CASE("client: bodies of every framing") {
  CHECK(reply_to("HTTP/1.1 200 OK\r\n\r\nuntil the end").response()->body == "until the end");
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  CHECK(reply_to(chunked).response()->body == "abcde");
  const Reply old = reply_to("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(old.response()->body == "ok");
  CHECK(old.response()->minor_version == 0);
  const std::string zeros("a\0b", 3);
  CHECK(reply_to(http_response("200 OK", zeros)).response()->body == zeros);
}

TEST_CASE("client: responses that have no body end without one") {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    CAPTURE(status);
    RawEndpoint endpoint([&](RawConnection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 " + std::string(status) + "\r\nX-A: b\r\n\r\n");
      connection.hold();  // the connection stays: only the status says that it is over
    });
    const Reply reply = send({.url = endpoint.url()});
    CHECK(describe(reply) == std::string(status).substr(0, 3));
    REQUIRE(reply.response() != nullptr);
    CHECK(find_header(reply.response()->headers, "X-A") == "b");
  }
}

TEST_CASE("client: interim responses are skipped") {
  for (const char* interim : {"100 Continue", "102 Processing", "103 Early Hints"}) {
    const std::string before = std::string("HTTP/1.1 ") + interim + "\r\nLink: </x>\r\n\r\n";
    RawEndpoint endpoint(responding(before + before + http_response("200 OK", "hi")));
    const Reply reply = send({.url = endpoint.url()});
    CHECK(describe(reply) == "200");
    CHECK(reply.response()->body == "hi");
  }
}

TEST_CASE("client: a response with an unusable status is rejected") {
  for (const char* status : {"101 Switching Protocols", "099 Low", "600 High", "999 Higher"}) {
    RawEndpoint endpoint(responding(http_response(status)));
    CHECK(kind_of(send({.url = endpoint.url()})) == "bad_response");
  }
}

TEST_CASE("client: a connection over TLS is ended in order") {
  const TestCertificate certificate;
  std::promise<bool> in_order;
  RawEndpoint endpoint([&](RawConnection& connection) {
    const bool started = connection.start_tls(certificate);
    connection.read_request();
    connection.send(http_response("200 OK", "a"));
    in_order.set_value(started && connection.ends_tls_in_order());
  });
  Sending sending{.url = "https://" + endpoint.address() + "/"};
  sending.tls.insecure = true;
  CHECK(describe(send(sending)) == "200");
  CHECK(in_order.get_future().get());
}

TEST_CASE("client: a session keeps its connection, where the endpoint does") {
  const Interrupt never;
  BlockingClient client({}, never);
  RawEndpoint keeps([](RawConnection& connection) {
    while (!connection.read_request().empty()) connection.send(http_response("200 OK", "a"));
  });
  BlockingConnection session(client);
  for (int i = 0; i < 3; ++i) {
    const Reply reply = session.send(request_of({.url = keeps.url()}));
    CHECK(describe(reply) == "200");
    CHECK((reply.connecting > std::chrono::microseconds(0)) == (i == 0));
    CHECK(reply.connecting <= reply.duration);
  }
  CHECK(session.connections() == 1);
  RawEndpoint closes(responding(http_response("200 OK", "a")));
  BlockingConnection other(client);
  for (int i = 0; i < 3; ++i) {
    // A connection that is about to be closed may be found out too late.
    const std::string what = kind_of(other.send(request_of({.url = closes.url()})));
    CHECK((what == "200" || what.starts_with("connection_")));
  }
}

TEST_CASE("client: a connection that the endpoint has closed is not used again") {
  const Interrupt never;
  BlockingClient client({}, never);
  std::atomic<int> ended = 0;
  RawEndpoint closes([&](RawConnection& connection) {
    connection.read_request();
    connection.send(http_response("200 OK", "a"));
    ::shutdown(connection.fd(), SHUT_RDWR);
    ++ended;
    ended.notify_all();
  });
  RawEndpoint another(responding(http_response("200 OK")));
  BlockingConnection session(client);
  for (int i = 0; i < 3; ++i) {
    CHECK(describe(session.send(request_of({.url = closes.url()}))) == "200");
    ended.wait(i);
    // Takes so long that the session looks whether its connection is still open.
    CHECK(describe(send({.url = another.url()})) == "200");
  }
  CHECK(session.connections() == 3);
}

TEST_CASE("client: a connection with more than the response is not used again") {
  const Interrupt never;
  BlockingClient client({}, never);
  const std::string ok = http_response("200 OK", "a");
  for (const std::string& more : {http_response("500 Not Asked"), std::string("\r\n")}) {
    RawEndpoint endpoint([&](RawConnection& connection) {
      while (!connection.read_request().empty()) connection.send(ok + more);
    });
    BlockingConnection session(client);
    for (int i = 0; i < 3; ++i)
      CHECK(describe(session.send(request_of({.url = endpoint.url()}))) == "200");
    CHECK(session.connections() == 3);
  }
}

TEST_CASE("client: trailers are accepted") {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
  const Reply reply = reply_to(head + "2\r\nok\r\n0\r\nServer-Timing: app;dur=1.2\r\n\r\n");
  REQUIRE(describe(reply) == "200");
  CHECK(reply.response()->body == "ok");
  CHECK(kind_of(reply_to(head + "2\r\nok\r\n0\r\nX: 1\r\n")) == "connection_closed");
}

TEST_CASE("client: a whole response is read completely") {
  const std::string body(200'000, 'x');
  RawEndpoint ends(responding(http_response("200 OK", body)));
  Request request = request_of({.url = ends.url()});
  request.whole_response = true;
  const Interrupt never;
  const Reply reply = BlockingClient({}, never).send(request);
  REQUIRE(reply.response() != nullptr);
  CHECK(reply.response()->cut);
  CHECK(reply.response()->body.size() == kMaxResponseBody);
  // One that never ends is read until its time is over.
  RawEndpoint endless([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    while (connection.send(std::string(10'000, 'x')) && connection.pause(Duration(1))) {
    }
  });
  request.url = parse_url("", endless.url());
  request.timeout = Duration(300);
  CHECK(kind_of(BlockingClient({}, never).send(request)) == "timeout");
}

TEST_CASE("client: the second part of a request waits until the endpoint has replied to another") {
  Interrupt read;
  std::string first;
  std::string second;
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (connection.number() == 2) {
      connection.read_request();
      while (!read.triggered() && connection.pause(Duration(1))) {
      }
      connection.send(http_response("201 Created"));
      return;
    }
    connection.pause(Duration(300));  // a busy endpoint
    connection.read_some(first);
    read.trigger();
    connection.read_some(second);
    connection.send(http_response("200 OK"));
  });
  const Request request = request_of({.url = endpoint.url(), .body = "{\"a\":1}"});
  const Interrupt never;
  const auto [reply, between] = BlockingClient({}, never).send_in_two(request, 4, request);
  CHECK(describe(reply) == "200");
  REQUIRE(between);
  CHECK(describe(*between) == "201");
  CHECK(first.find("\r\nContent-Length: 7\r\n") != std::string::npos);
  CHECK(first.ends_with("\r\n\r\n{\"a"));
  CHECK(second == "\":1}");
}

TEST_CASE("client: an endpoint that reads one request at a time replies to both") {
  Interrupt ended;
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (connection.number() == 2) {
      while (!ended.triggered() && connection.pause(Duration(1))) {
      }
    }
    connection.read_request();
    connection.send(http_response("200 OK"));
    ended.trigger();
  });
  Request request = request_of({.url = endpoint.url()});
  request.timeout = Duration(5'000);  // the second part does not wait for so long
  const Interrupt never;
  const auto [reply, between] = BlockingClient({}, never).send_in_two(request, 1, request);
  CHECK(describe(reply) == "200");
  REQUIRE(between);
  CHECK(describe(*between) == "200");
}

TEST_CASE("client: neither part is sent where nobody listens") {
  const UniqueFd bound = bound_socket("127.0.0.1");
  const Request request =
      request_of({.url = "http://127.0.0.1:" + std::to_string(port_of(bound.get()))});
  const Interrupt never;
  const auto [reply, between] = BlockingClient({}, never).send_in_two(request, 1, request);
  CHECK(kind_of(reply) == "connection_refused");
  CHECK_FALSE(between);
}

TEST_CASE("client: it can close without reading the response") {
  Interrupt left;
  RawEndpoint endpoint([&](RawConnection& connection) {
    CHECK(connection.read_request().find("\r\n\r\n{}") != std::string::npos);
    connection.hold();
    left.trigger();
  });
  const Interrupt never;
  BlockingClient client({}, never);
  CHECK_FALSE(client.send_and_leave(request_of({.url = endpoint.url()})));
  CHECK_FALSE(left.wait(std::chrono::minutes(1)));
}

TEST_CASE("client: it can leave in the middle of a body") {
  Interrupt left;
  std::string came;
  RawEndpoint endpoint([&](RawConnection& connection) {
    came = connection.read_request();
    left.trigger();
  });
  const Interrupt never;
  BlockingClient client({}, never);
  CHECK_FALSE(client.send_and_leave(request_of({.url = endpoint.url()}), 1));
  CHECK_FALSE(left.wait(std::chrono::minutes(1)));
  CHECK(came.ends_with("\r\n\r\n{"));
}

TEST_CASE("client: a connection with part of a request stays open until it is destroyed") {
  Interrupt left;
  std::string came;
  RawEndpoint endpoint([&](RawConnection& connection) {
    came = connection.read_request();
    left.trigger();
  });
  const Interrupt never;
  BlockingClient client({}, never);
  {
    BlockingConnection connection(client);
    CHECK_FALSE(connection.send_part(request_of({.url = endpoint.url()}), 1));
    CHECK_FALSE(left.triggered());
  }
  CHECK_FALSE(left.wait(std::chrono::minutes(1)));
  CHECK(came.ends_with("\r\n\r\n{"));
}

TEST_CASE("client: 100 (Continue) is not the response") {
  CHECK(describe(reply_to("HTTP/1.1 100 Continue\r\n\r\n" + http_response("200 OK"))) == "200");
}

TEST_CASE("client: redirects are not followed, and their Location is kept") {
  std::atomic<int> requests = 0;
  RawEndpoint endpoint([&](RawConnection& connection) {
    ++requests;
    connection.read_request();
    connection.send(http_response("307 Temporary Redirect", "", "Location: /elsewhere\r\n"));
  });
  const Reply reply = send({.url = endpoint.url()});
  REQUIRE(describe(reply) == "307");
  CHECK_FALSE(reply.delivered());
  CHECK(find_header(reply.response()->headers, "location") == "/elsewhere");
  CHECK(requests == 1);
}

TEST_CASE("client: at most 64 KiB of a huge body are read, and the status counts") {
  std::atomic<std::size_t> sent = 0;
  constexpr std::size_t kAnnounced = 100'000'000;
  RawEndpoint endpoint([&](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kAnnounced) +
                    "\r\n\r\n");
    const std::string piece(64 * 1024, 'x');
    while (sent < kAnnounced && connection.send(piece)) sent += piece.size();
  });
  const Reply reply = send({.url = endpoint.url()});
  REQUIRE(describe(reply) == "200");
  CHECK(reply.response()->body == std::string(kMaxResponseBody, 'x'));
  CHECK(sent < kAnnounced);
}

TEST_CASE("client: an endless chunked body is cut too") {
  RawEndpoint endpoint([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
    while (connection.send(chunk)) {
    }
  });
  const Reply reply = send({.url = endpoint.url()});
  REQUIRE(describe(reply) == "200");
  CHECK(reply.response()->body.size() == kMaxResponseBody);
}

TEST_CASE("client: a compressed body is unchanged") {
  const std::string gzip("\x1f\x8b\x08\0\0\0\0\0\0\x03 no gzip at all", 26);
  const Reply reply = reply_to(http_response("200 OK", gzip, "Content-Encoding: gzip\r\n"));
  REQUIRE(describe(reply) == "200");
  CHECK(reply.response()->body == gzip);
}

TEST_CASE("client: localhost is found wherever the endpoint listens") {
  if (!has_ipv6_loopback()) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  for (const bool on_v6 : {false, true}) {
    LoopbackPair pair;
    const std::string port = std::to_string(pair.port);
    RawEndpoint endpoint(std::move(on_v6 ? pair.v6 : pair.v4), responding(http_response("200 OK")));
    const Reply reply = send({.url = "http://localhost:" + port});
    CHECK(describe(reply) == "200");
    CHECK(reply.address == (on_v6 ? "[::1]:" : "127.0.0.1:") + port);
  }
  LiveServer both(echo, {.host = "localhost"});
  const std::string port = std::to_string(both.port());
  CHECK(send({.url = "http://localhost:" + port}).address == "127.0.0.1:" + port);
  CHECK(send({.url = "http://[::1]:" + port}).address == "[::1]:" + port);
  CHECK(send({.url = "http://hook.localhost:" + port}).address == "127.0.0.1:" + port);
}

TEST_CASE("client: proxies in the environment are not used") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  CHECK(describe(reply_to(http_response("200 OK"))) == "200");
  ::unsetenv("http_proxy");
}

TEST_CASE("client: an interrupt ends it while it connects") {
  const FullBacklog endpoint;
  Interrupt interrupt;
  auto reply = std::async(std::launch::async, [&] {
    return send({.url = "http://127.0.0.1:" + std::to_string(endpoint.port())}, interrupt);
  });
  const Interrupt pause;
  pause.wait(Duration(20));  // most likely it is connecting now; the outcome is the same if not
  interrupt.trigger();
  CHECK(kind_of(reply.get()) == "interrupted");
}

TEST_CASE("client: an interrupt ends it while it shakes hands, writes and reads") {
  struct Row {
    const char* scheme;
    std::size_t body;
    const char* response;
  };
  for (const Row& row : {Row{"https://", 2, ""}, Row{"http://", 64 << 20, ""},
                         Row{"http://", 2, ""}, Row{"http://", 2, "HTTP/1.1 200 OK\r\nX"},
                         Row{"http://", 2, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}}) {
    CAPTURE(row.response);
    Interrupt interrupt;
    RawEndpoint endpoint([&](RawConnection& connection) {
      connection.send(row.response);
      interrupt.trigger();
      connection.pause(std::chrono::hours(1));
    });
    const Reply reply = send(
        {.url = row.scheme + endpoint.address(), .body = std::string(row.body, 'x')}, interrupt);
    CHECK(kind_of(reply) == "interrupted");
  }
}
