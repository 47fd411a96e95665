#include "conformance/reach.h"

#include <atomic>

#include <doctest/doctest.h>

#include "support/fake_clock.h"
#include "support/live_server.h"
#include "support/raw_endpoint.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string url_of(int port, const std::string& scheme = "http") {
  return scheme + "://127.0.0.1:" + std::to_string(port) + "/hook";
}

Reply reach_at(const std::string& url, Duration timeout = Duration(10'000)) {
  const Interrupt never;
  const FakeClock clock;
  Subject subject;
  subject.url = parse_url("URL", url);
  subject.timeout = timeout;
  BlockingClient client({}, never);
  return reach(subject, client, clock, never, 7);
}

}  // namespace

TEST_CASE("reach: one bad moment is forgiven") {
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) {
    http::Answer answer;
    answer.status = ++count == 1 ? 503 : 200;
    return answer;
  });
  CHECK(reach_at(url_of(server.port())).delivered());
}

TEST_CASE("reach: where nothing listens there is nothing to check") {
  LiveServer server;
  server.stop();
  CHECK(thrown([&] { reach_at(url_of(server.port())); }) ==
        "NETWORK_ERROR: expected a handler at " + url_of(server.port()) +
            ", got connection_refused | hint: is it running, and is that its port?");
}

TEST_CASE("reach: https where http is spoken is told with the URL that would do") {
  LiveServer server;
  CHECK(thrown([&] { reach_at(url_of(server.port(), "https")); }) ==
        "NETWORK_ERROR: expected a handler at " + url_of(server.port(), "https") +
            ", got one that speaks http there | hint: slotflow-hooks check " +
            url_of(server.port()));
}

TEST_CASE("reach: and http where TLS is spoken, too") {
  const TestCertificate certificate;
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (!connection.start_tls(certificate)) return;
    connection.read_request();
    connection.send(http_response("200 OK"));
  });
  const std::string port = endpoint.url().substr(endpoint.url().rfind(':') + 1);
  const std::string place = "://127.0.0.1:" + port;
  CHECK(thrown([&] { reach_at("http" + place); }) ==
        "NETWORK_ERROR: expected a handler at http" + place +
            ", got one that speaks https there | hint: slotflow-hooks check https" + place);
}

TEST_CASE("reach: a certificate nobody trusts is told so where plain HTTP is answered with 400") {
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
  CHECK(
      thrown([&] { reach_at("https" + place); }) ==
      "NETWORK_ERROR: expected a handler at https" + place +
          ", got tls (self-signed certificate) | hint: --cacert FILE trusts a certificate of your "
          "own; --insecure goes on without, and delivery.https tells what is wrong");
  CHECK(thrown([&] { reach_at("http" + place); }) ==
        "NETWORK_ERROR: expected a handler at http" + place +
            ", got one that speaks https there | hint: slotflow-hooks check https" + place);
}

TEST_CASE("reach: a handler that answers too late has been reached, however short the timeout") {
  RawEndpoint silent([](RawConnection& connection) { connection.hold(); });
  const Reply reply = reach_at(silent.url(), Duration(1));
  REQUIRE(reply.failure() != nullptr);
  CHECK(reply.failure()->kind == FailureKind::timeout);
}
