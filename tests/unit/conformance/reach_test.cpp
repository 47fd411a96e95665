#include "conformance/reach.h"

#include <atomic>
#include <mutex>

#include <doctest/doctest.h>

#include "domain/error.h"
#include "support/fake_clock.h"
#include "support/live_server.h"
#include "support/raw_endpoint.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string url_of(int port, const std::string& scheme = "http") {
  return scheme + "://127.0.0.1:" + std::to_string(port) + "/hook";
}

Reply reach_at(const std::string& url, Duration timeout = Duration(10'000),
               const TlsOptions& tls = {}) {
  const Interrupt never;
  const FakeClock clock;
  Subject subject;
  subject.url = parse_url("URL", url);
  subject.timeout = timeout;
  subject.tls = tls;
  BlockingClient client(tls, never);
  LeakWatch leaks(subject.secret);
  return reach(subject, client, clock, never, 7, leaks);
}

}  // namespace

TEST_CASE("reach: a second event is sent if the first fails") {
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.status = ++count == 1 ? 503 : 200;
    return response;
  });
  CHECK(reach_at(url_of(server.port())).delivered());
}

TEST_CASE("reach: an unreachable handler is an error") {
  LiveServer server;
  server.stop();
  CHECK(thrown([&] { reach_at(url_of(server.port())); }) ==
        "NETWORK_ERROR: cannot reach the handler at " + url_of(server.port()) +
            ": connection refused | hint: check that the server is running and listens on port " +
            std::to_string(server.port()) +
            "; from inside a container, the host is host.docker.internal");
}

TEST_CASE("reach: a handler that does not come up in time is an error") {
  LiveServer server;
  server.stop();
  const Interrupt never;
  FakeClock clock;
  Subject subject;
  subject.url = parse_url("URL", url_of(server.port()));
  const std::string refused =
      "connection refused | hint: check that the server is running and listens on port " +
      std::to_string(server.port()) + "; from inside a container, the host is host.docker.internal";
  CHECK(thrown([&] { await_handler(subject, clock, never, Duration(20)); }) ==
        "NETWORK_ERROR: cannot reach the handler at " + url_of(server.port()) +
            " within 20ms: " + refused);
  CHECK(thrown([&] { await_handler(subject, clock, never, Duration(0)); }) ==
        "NETWORK_ERROR: cannot reach the handler at " + url_of(server.port()) + ": " + refused);
}

TEST_CASE("reach: waiting ends when the handler is there, or at an interrupt") {
  LiveServer server;
  Interrupt interrupt;
  FakeClock clock;
  Subject subject;
  subject.url = parse_url("URL", url_of(server.port()));
  CHECK_NOTHROW(await_handler(subject, clock, interrupt, std::chrono::hours(1)));
  server.stop();
  interrupt.trigger();
  CHECK_NOTHROW(await_handler(subject, clock, interrupt, std::chrono::hours(1)));
}

TEST_CASE("reach: a name that cannot be looked up is an error") {
  const std::string url = "http://slotflow-hooks.invalid/";
  CHECK(thrown([&] { reach_at(url); })
            .starts_with("NETWORK_ERROR: cannot reach the handler at " + url +
                         ": cannot look up slotflow-hooks.invalid: "));
}

TEST_CASE("reach: the hint for https to an http port is the right URL") {
  LiveServer server;
  CHECK(thrown([&] { reach_at(url_of(server.port(), "https")); }) ==
        "NETWORK_ERROR: cannot reach the handler at " + url_of(server.port(), "https") +
            ": the server speaks http there | hint: give " + url_of(server.port()) + " instead");
}

TEST_CASE("reach: the hint for http to a TLS port is the right URL") {
  const TestCertificate certificate;
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (!connection.start_tls(certificate)) return;
    connection.read_request();
    connection.send(http_response("200 OK"));
  });
  const std::string port = endpoint.url().substr(endpoint.url().rfind(':') + 1);
  const std::string place = "://127.0.0.1:" + port;
  CHECK(thrown([&] { reach_at("http" + place); }) ==
        "NETWORK_ERROR: cannot reach the handler at http" + place +
            ": the server speaks https there | hint: give https" + place + " instead");
}

TEST_CASE(
    "reach: an untrusted certificate is reported even if the port returns 400 to plain HTTP") {
  const TestCertificate certificate;
  RawEndpoint like_nginx([&](RawConnection& connection) {
    constexpr char kHandshake = 0x16;  // RFC 8446, section 5.1
    char first = 0;
    if (::recv(connection.fd(), &first, 1, MSG_PEEK) != 1) return;
    if (first == kHandshake && !connection.start_tls(certificate)) return;
    connection.read_request();
    connection.send(http_response(first == kHandshake ? "200 OK" : "400 Bad Request"));
  });
  const std::string place = "://" + like_nginx.address() + "/";
  CHECK(thrown([&] { reach_at("https" + place); }) ==
        "NETWORK_ERROR: cannot reach the handler at https" + place +
            ": self-signed certificate | hint: trust your own certificate with --cacert "
            "FILE, or skip verification with --insecure; delivery.https still reports the problem");
  CHECK(thrown([&] { reach_at("http" + place); }) ==
        "NETWORK_ERROR: cannot reach the handler at http" + place +
            ": the server speaks https there | hint: give https" + place + " instead");
}

TEST_CASE("reach: the search for the right protocol gives nothing of a delivery away") {
  const TestCertificate certificate;
  std::mutex mutex;
  std::string received;  // guarded by mutex
  const RawEndpoint self_signed([&](RawConnection& connection) {
    if (!connection.start_tls(certificate)) return;
    const std::string bytes = connection.read_request();
    const std::lock_guard lock(mutex);
    received += bytes;
    connection.send(http_response("200 OK"));
  });
  LiveServer plain;

  const Interrupt never;
  const FakeClock clock;
  Subject subject;
  subject.secret = "whsec_k8J2mQ4xR7vN1pL5tY9w";
  subject.headers = {{"Authorization", "Bearer sesame"}};
  BlockingClient client({}, never);
  for (const int port : {self_signed.port(), plain.port()}) {
    subject.url = parse_url("URL", url_of(port, "https") + "?token=abc");
    LeakWatch leaks(subject.secret);
    CHECK_THROWS_AS(reach(subject, client, clock, never, 7, leaks), Error);
  }
  const std::lock_guard lock(mutex);
  for (const http::IncomingRequest& request : plain.requests(1)) {
    received += request.head.method + " " + request.head.target + " HTTP/1.1\r\n" + request.body;
    for (const Header& header : request.head.headers) received += header.name + header.value;
  }
  CHECK(received.starts_with("GET / HTTP/1.1\r\n"));
  for (const char* part : {"Authorization", "sesame", "Signature", "token", "POST", "booking"}) {
    CAPTURE(std::string(part));
    CHECK(received.find(part) == std::string::npos);
  }
}

TEST_CASE("reach: the hint for a TLS failure is about what was given") {
  const TempDir dir;
  const TestCertificate own, other;
  spit(dir.file("other.pem"), other.pem());
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (connection.start_tls(own)) connection.read_request();
  });
  const std::string url = "https://" + endpoint.address() + "/";
  TlsOptions others;
  others.ca_file = dir.file("other.pem");
  const std::string with_ca = thrown([&] { reach_at(url, Duration(10'000), others); });
  CHECK(with_ca.find("| hint: add the issuer of its certificate to " + dir.file("other.pem") +
                     ", or skip verification with --insecure; ") != std::string::npos);
  // --insecure cannot help here.
  RawEndpoint refuses([](RawConnection& connection) {
    connection.send(std::string_view("\x15\x03\x03\x00\x02\x02\x28", 7));  // handshake_failure
    connection.hold();
  });
  TlsOptions any;
  any.insecure = true;
  const std::string insecure =
      thrown([&] { reach_at("https://" + refuses.address() + "/", Duration(10'000), any); });
  CHECK(insecure.find("| hint: check the TLS versions") != std::string::npos);
  CHECK(insecure.find("--insecure") == std::string::npos);
}

TEST_CASE("reach: a handler that responds too late counts as reached, however short the timeout") {
  RawEndpoint silent([](RawConnection& connection) { connection.hold(); });
  const Reply reply = reach_at(silent.url(), Duration(1));
  REQUIRE(reply.failure() != nullptr);
  CHECK(reply.failure()->kind == FailureKind::timeout);
}
