// Requests that break rules or limits, and clients that are slow or leave.
#include <doctest/doctest.h>

#include "support/live_server.h"
#include "support/raw_client.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

http::ServerOptions short_deadline() {
  http::ServerOptions options;
  options.request_deadline = Duration(300);
  return options;
}

// What one more client gets while the others misbehave.
void check_undisturbed(LiveServer& server) {
  RawClient other(server.port());
  other.send(post("undisturbed"));
  CHECK(other.response().body == "undisturbed");
}

// Sends `bytes`, and expects a response with `status`, and then the end of the connection.
void check_refused(const std::string& bytes, int status, const std::string& reason,
                   http::ServerOptions options = {}) {
  LiveServer server(echo, std::move(options));
  RawClient client(server.port());
  client.send(bytes);
  const RawResponse response = client.response();
  CHECK(response.status == status);
  CHECK(response.body == reason + "\n");
  CHECK(response.has("Connection: close"));
  CHECK(client.read_to_end() == "");
  const auto requests = server.requests(1);
  REQUIRE(requests.size() == 1);
  REQUIRE(requests[0].problem);
  CHECK(requests[0].problem->status == status);
  CHECK(requests[0].problem->reason == reason);
  check_undisturbed(server);
}

// Does `misbehave`, and expects the connection to be dropped without a response, and one report.
void check_dropped(const std::function<void(RawClient&)>& misbehave, const std::string& reason,
                   http::ServerOptions options = {}) {
  LiveServer server(echo, std::move(options));
  RawClient client(server.port());
  misbehave(client);
  const auto requests = server.requests(1);
  REQUIRE(requests.size() == 1);
  REQUIRE(requests[0].problem);
  CHECK_FALSE(requests[0].problem->status);
  CHECK(requests[0].problem->reason == reason);
  check_undisturbed(server);
}

const std::string kChunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("server: malformed headers get 400") {
  check_refused("hello\r\n\r\n", 400, "the request line is not METHOD TARGET VERSION");
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400,
                "a header line has no colon");
  check_refused(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
      "there is both a Content-Length and a Transfer-Encoding");
  check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/2 is not supported");
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
                "the Transfer-Encoding is not chunked");
}

TEST_CASE("server: a refusal is named as RFC 9110 names it") {
  const std::string filler(9000, 'x');
  const std::pair<std::string, std::string> rows[] = {
      {"hello\r\n\r\n", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", "413 Content Too Large"},
      {"POST /" + filler, "414 URI Too Long"},
      {"POST / HTTP/1.1\r\nHost: x\r\nX-A: " + filler, "431 Request Header Fields Too Large"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", "501 Not Implemented"},
      {"POST / HTTP/9\r\n\r\n", "505 HTTP Version Not Supported"},
  };
  LiveServer server;
  for (const auto& [bytes, expected] : rows) {
    RawClient client(server.port());
    client.send(bytes);
    const std::string head = client.response().head;
    CHECK(head.substr(0, head.find("\r\n")) == "HTTP/1.1 " + expected);
  }
}

TEST_CASE("server: malformed chunks get 400") {
  const std::string no_number = "a chunk's size is not a hexadecimal number";
  const std::string no_end = "a chunk does not end where its size says";
  check_refused(kChunked + "zz\r\n", 400, no_number);
  check_refused(kChunked + "3\r\nabcdef\r\n0\r\n\r\n", 400, no_end);
  for (const char* size : {"", " ", "-1", "+1", "0x1", "1 1", "g", "1g"}) {
    CAPTURE(std::string(size));
    check_refused(kChunked + size + "\r\na\r\n0\r\n\r\n", 400, no_number);
  }
  check_refused(kChunked + "10000000000000000\r\n", 400, "a chunk's size is larger than 64 bits");
  check_refused(kChunked + "1\na\r\n0\r\n\r\n", 400,
                "a line of the chunked body does not end in CRLF");
  check_refused(kChunked + "1;" + std::string(9000, 'x'), 400, "a chunk's size line is over 8 KiB");
  std::string trailers = kChunked + "0\r\n";
  while (trailers.size() < 70'000) trailers += "X-A: " + std::string(1000, 'x') + "\r\n";
  check_refused(trailers, 431, "the trailers are over 64 KiB together");
}

TEST_CASE("server: limits on sizes") {
  const std::string filler(8 * 1024, 'x');
  check_refused("POST /" + filler + " HTTP/1.1\r\n\r\n", 414, "the request line is over 8 KiB");
  check_refused("POST /" + filler, 414, "the request line is over 8 KiB");
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nX-A: " + filler + "\r\n\r\n", 431,
                "a header is over 8 KiB");
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nX-A: " + filler, 431, "a header is over 8 KiB");
  std::string many = "POST / HTTP/1.1\r\nHost: x\r\n";
  while (many.size() <= 64 * 1024) many += "X-A: " + std::string(1000, 'x') + "\r\n";
  check_refused(many, 431, "the headers are over 64 KiB together");
}

TEST_CASE("server: a body over the limit gets 413, however it is framed") {
  http::ServerOptions options;
  options.max_body = 1000;
  const std::string reason = "the body is over 1000 bytes";
  check_refused(post(std::string(1001, 'x')), 413, reason, options);
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n", 413,
                reason, options);
  check_refused(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413,
      reason, options);
  check_refused(kChunked + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", 413,
                reason, options);
  LiveServer server(echo, options);
  RawClient client(server.port());
  const std::string fits(1000, 'x');
  client.send(post(fits) + kChunked + "3e8\r\n" + fits + "\r\n0\r\n\r\n");
  CHECK(client.response().body == fits);
  CHECK(client.response().body == fits);
}

TEST_CASE("server: a client that is still sending sees the 413") {
  for (int i = 0; i < 10; ++i) {
    LiveServer server;
    RawClient client(server.port());
    client.send(post(std::string(8 << 20, 'x')));
    CHECK(client.response().status == 413);
  }
}

TEST_CASE("server: headers that do not arrive in time get 408") {
  check_refused("POST / HTTP/1.1\r\nHost: x\r\nX-", 408, "the request was not complete in time",
                short_deadline());
}

TEST_CASE("server: a body that does not arrive in time closes the connection") {
  check_dropped(
      [](RawClient& client) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        CHECK(client.read_to_end() == "");
      },
      "the request was not complete in time", short_deadline());
  check_dropped(
      [](RawClient& client) {
        client.send(kChunked + "5\r\nab");
        CHECK(client.read_to_end() == "");
      },
      "the request was not complete in time", short_deadline());
}

TEST_CASE("server: a client that sends a byte at a time has no more time than others") {
  const Interrupt pause;
  const auto drip = [&](RawClient& client) {
    for (int i = 0; i < 6000 && client.send("x"); ++i) pause.wait(Duration(10));
  };
  check_dropped(
      [&](RawClient& client) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
        drip(client);
      },
      "the request was not complete in time", short_deadline());
  LiveServer server(echo, short_deadline());
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nX-A: ");
  drip(client);  // ends because the server has gone
  const auto requests = server.requests(1);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].problem->status == 408);
}

TEST_CASE("server: a client that disconnects before its request is complete") {
  const std::string closed = "the client closed the connection before the request was complete";
  const std::string reset = "the client reset the connection before the request was complete";
  for (const std::string& start :
       {std::string("POST / HTTP/1.1\r\nHost: x\r\nX-"),
        std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"),
        kChunked + "5\r\nab"}) {
    CAPTURE(start);
    check_dropped(
        [&](RawClient& client) {
          client.send(start);
          client.leave();
        },
        closed);
  }
  // The reset may overtake the bytes; then there was no request at all, and nothing to report.
  LiveServer server;
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  client.reset();
  check_undisturbed(server);
  server.stop();
  for (const http::IncomingRequest& request : server.requests()) {
    if (request.problem) CHECK(request.problem->reason == reset);
  }
}

TEST_CASE("server: a client that connects and sends nothing is not a request") {
  LiveServer server;
  RawClient(server.port()).leave();
  RawClient idle(server.port());
  check_undisturbed(server);
  server.stop();
  CHECK(server.requests().size() == 1);
  CHECK(idle.read_to_end() == "");
}

TEST_CASE("server: an idle connection is closed in the end") {
  http::ServerOptions options;
  options.idle_timeout = Duration(50);
  LiveServer server(echo, options);
  RawClient client(server.port());
  client.send(post("x"));
  CHECK(client.response().body == "x");
  CHECK(client.read_to_end() == "");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("server: stop() ends current requests, and reports it") {
  std::atomic<int> written = 0, unwritten = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = echo(request);
    if (request.problem) return response;
    response.delay = std::chrono::hours(1);
    response.finished = [&](const http::Ending& ending) {
      ++(ending.arrived ? written : unwritten);
      CHECK_FALSE(ending.given_up_after);  // it was not the client
    };
    return response;
  });
  RawClient waiting(server.port());
  waiting.send(post("x"));
  server.requests(1);
  RawClient half(server.port());
  half.send("POST / HTTP/1.1\r\nHost: x\r\nX-A");
  server.stop();
  CHECK(waiting.response().status == 0);
  CHECK(half.response().status == 0);
  CHECK(written == 0);
  CHECK(unwritten == 1);
  server.stop();  // again does no harm
}
