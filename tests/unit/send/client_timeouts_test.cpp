// The total deadline of an attempt, against every way an endpoint can be slow.
#include <doctest/doctest.h>

#include "support/full_backlog.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr Duration kTimeout{300};
// How long a busy machine may take to notice: generous, since the benchmark measures the overshoot
// and these tests show that there is an end at all.
constexpr Duration kSlack = std::chrono::seconds(5);

// How far it had come is not checked: a machine that is busy enough gets nowhere in that time.
void check_timeout(const std::string& url, const std::string& body = "{}") {
  TlsOptions tls;
  tls.insecure = true;
  const Reply reply = send({.url = url, .body = body, .timeout = kTimeout, .tls = tls});
  CHECK(kind_of(reply) == "timeout");
  CHECK(reply.duration >= kTimeout);
  CHECK(reply.duration < kTimeout + kSlack);
}

// Sends `bytes` one at a time, and never an end.
RawEndpoint::Behaviour dripping(const std::string& at_once, const std::string& pattern) {
  return [=](RawConnection& connection) {
    connection.read_request();
    connection.send(at_once);
    for (std::size_t i = 0; connection.pause(Duration(20)); ++i) {
      if (!connection.send(pattern.substr(i % pattern.size(), 1))) return;
    }
  };
}

}  // namespace

TEST_CASE("client: an endpoint that accepts and never responds") {
  RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  check_timeout(endpoint.url());
}

TEST_CASE("client: an endpoint that never accepts") {
  FullBacklog endpoint;
  check_timeout("http://127.0.0.1:" + std::to_string(endpoint.port()));
}

TEST_CASE("client: an endpoint that drips its header") {
  RawEndpoint endpoint(dripping("HTTP/1.1 200 OK\r\n", "X-A: bcdefghij\r\n"));
  check_timeout(endpoint.url());
}

TEST_CASE("client: an endpoint that drips its status line") {
  RawEndpoint endpoint(
      dripping("", "HTTP/1.1 200 OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK OK"));
  check_timeout(endpoint.url());
}

TEST_CASE("client: an endpoint that drips its body") {
  RawEndpoint endpoint(dripping("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "abc"));
  check_timeout(endpoint.url());
}

TEST_CASE("client: an endpoint that drips chunks") {
  RawEndpoint endpoint(
      dripping("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"));
  check_timeout(endpoint.url());
}

TEST_CASE("client: an endpoint that returns 200 and never ends its body") {
  RawEndpoint with_length([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.hold();
  });
  check_timeout(with_length.url());
  RawEndpoint until_closed([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\nabc");
    connection.hold();
  });
  check_timeout(until_closed.url());
}

TEST_CASE("client: an endpoint that stalls in the TLS handshake") {
  RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  check_timeout("https://" + endpoint.address());
}

TEST_CASE("client: an endpoint that drips its TLS handshake") {
  RawEndpoint endpoint([](RawConnection& connection) {
    // The head of a handshake record of 16 KiB (RFC 8446, section 5.1), then byte after byte.
    connection.send(std::string("\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", 9));
    while (connection.pause(Duration(20)) && connection.send("x")) {
    }
  });
  check_timeout("https://" + endpoint.address());
}

TEST_CASE("client: an endpoint that responds over TLS and never ends") {
  const TestCertificate certificate;
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (!connection.start_tls(certificate)) return;
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.hold();
  });
  check_timeout("https://" + endpoint.address());
}

TEST_CASE("client: an endpoint that never reads what is sent") {
  RawEndpoint endpoint([](RawConnection& connection) {
    while (connection.pause(std::chrono::hours(1))) {
    }
  });
  check_timeout(endpoint.url(), std::string(32 * 1024 * 1024, 'x'));
}

TEST_CASE("client: an endpoint that sends 100 Continue for ever") {
  RawEndpoint endpoint([](RawConnection& connection) {
    connection.read_request();
    while (connection.pause(Duration(5)) && connection.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  check_timeout(endpoint.url());
}

TEST_CASE("client: a timeout of nothing is over at once") {
  RawEndpoint endpoint(responding(http_response("200 OK")));
  const Reply reply = send({.url = endpoint.url(), .timeout = Duration(0)});
  CHECK(kind_of(reply) == "timeout");
}
