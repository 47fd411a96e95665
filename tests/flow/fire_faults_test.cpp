// fire against endpoints that fail: its exit codes, its JSON, its end on an interrupt.
#include <doctest/doctest.h>

#include "domain/signature.h"
#include "support/gate.h"
#include "support/raw_endpoint.h"
#include "support/run_program.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using Names = std::vector<std::string>;

// The error of one attempt at `url`, as JSON says it.
Json error_at(const std::string& url, const std::vector<std::string>& more = {}) {
  const Home home;
  std::vector<std::string> args = {"fire", "confirmed", "--json", "--no-retry", "--to", url};
  args.insert(args.end(), more.begin(), more.end());
  Program program(home, args);
  CHECK(program.wait() == 1);
  const auto lines = program.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["status"].is_null());
  CHECK(lines[0]["response_body"].is_null());
  CHECK(lines[0]["outcome"] == "failed");
  return lines[0]["error"];
}

}  // namespace

TEST_CASE("fire: every error has its name") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  CHECK(error_at("http://127.0.0.1:" + std::to_string(port_of(nobody.get()))) ==
        "connection_refused");
  CHECK(error_at("http://slotflow-hooks.invalid/") == "dns");
  RawEndpoint resets([](RawConnection& connection) {
    connection.read_request();
    connection.reset_at_end();
  });
  CHECK(error_at(resets.url()) == "connection_reset");
  RawEndpoint closes([](RawConnection& connection) { connection.read_request(); });
  CHECK(error_at(closes.url()) == "connection_closed");
  RawEndpoint garbage(responding("garbage\r\n\r\n"));
  CHECK(error_at(garbage.url()) == "bad_response");
  RawEndpoint no_tls([](RawConnection& connection) {
    connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.hold();
  });
  CHECK(error_at("https://" + no_tls.address()) == "tls");
  RawEndpoint silent([](RawConnection& connection) { connection.hold(); });
  CHECK(error_at(silent.url(), {"--timeout", "100ms"}) == "timeout");
}

TEST_CASE("fire: certificates that are not trusted, and the ways to trust them") {
  const Home home;
  const TempDir dir;
  const TestCertificate certificate;
  spit(dir.file("ca.pem"), certificate.pem());
  RawEndpoint endpoint([&](RawConnection& connection) {
    if (connection.start_tls(certificate)) responding(http_response("200 OK"))(connection);
  });
  const std::string url = "https://localhost:" + std::to_string(endpoint.port());
  CHECK(error_at(url) == "tls");
  CHECK(Program(home, {"fire", "confirmed", "--to", url, "--cacert", dir.file("ca.pem")}).wait() ==
        0);
  CHECK(Program(home, {"fire", "confirmed", "--to", url, "--insecure"}).wait() == 0);
  Program no_file(home, {"fire", "confirmed", "--to", url, "--cacert", dir.file("none.pem")});
  CHECK(no_file.wait() == 3);
  CHECK(no_file.err.await_line("--cacert") ==
        "slotflow-hooks: error: --cacert: cannot read PEM certificates from " +
            dir.file("none.pem"));
}

TEST_CASE("fire: the JSON of an attempt and of the summary, member by member") {
  RawEndpoint endpoint([](RawConnection& connection) {
    connection.read_request();
    connection.send(connection.number() == 1 ? http_response("500 Oh No", "why\n")
                                             : http_response("200 OK", "fine\n"));
  });
  const Home home;
  Program program(
      home, {"fire", "cancelled", "--json", "--to", endpoint.url("/hook"), "--secret", "whsec_x",
             "--retry-delays", "1ms,1ms", "--speed", "1", "--booking-id", "b1"});
  CHECK(program.wait() == 0);
  const auto lines = program.lines();
  REQUIRE(lines.size() == 3);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(names_of(lines[i]) == Names{"type", "delivery_id", "webhook_id", "url", "event",
                                      "booking_id", "attempt", "at", "address", "duration_ms",
                                      "status", "error", "detail", "response_headers",
                                      "response_body", "outcome", "next_attempt_in_ms"});
    CHECK(lines[i]["type"] == "attempt");
    CHECK(lines[i]["webhook_id"].is_null());
    CHECK(lines[i]["url"] == endpoint.url("/hook"));
    CHECK(lines[i]["event"] == "booking.cancelled");
    CHECK(lines[i]["booking_id"] == "b1");
    CHECK(lines[i]["attempt"] == i + 1);
    CHECK(lines[i]["address"] == endpoint.address());
    CHECK(lines[i]["duration_ms"].is_number_float());
    CHECK(lines[i]["error"].is_null());
  }
  CHECK(lines[0]["delivery_id"] == lines[1]["delivery_id"]);
  CHECK(lines[0]["status"] == 500);
  CHECK(lines[0]["response_body"] == "why\n");
  CHECK(lines[0]["outcome"] == "retrying");
  CHECK(lines[0]["next_attempt_in_ms"] == 1);
  CHECK(lines[1]["status"] == 200);
  CHECK(lines[1]["outcome"] == "delivered");
  CHECK(lines[1]["next_attempt_in_ms"].is_null());
  Json summary = lines[2];
  for (const char* own : {"unfinished", "expected"}) summary.erase(own);  // beside the contract's
  CHECK(summary == Json{{"type", "summary"},
                        {"deliveries", 1},
                        {"delivered", 1},
                        {"failed", 0},
                        {"attempts", 2}});
}

TEST_CASE("fire: a listener takes a signed event") {
  const Home home;
  Listener listener(home, {"--register", "--count", "1", "--require-signature"});
  Program fire(home, {"fire", "confirmed", "--json"});
  CHECK(fire.wait() == 0);
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["signature"] == "valid");
  CHECK(lines[1]["booking_id"] == fire.lines()[0]["booking_id"]);
  CHECK_FALSE(fire.lines()[0]["webhook_id"].is_null());
}

TEST_CASE("fire: a failing listener is retried until it takes the event, or for good") {
  const Home home;
  Listener listener(home, {"--fail-first", "4", "--expect", "1", "--seed", "1"});
  const std::vector<std::string> args = {"fire",       "confirmed",      "--json", "--to",
                                         listener.url, "--retry-delays", "0,0"};
  Program fails(home, args);
  CHECK(fails.wait() == 1);
  CHECK(fails.lines().back()["failed"] == 1);
  CHECK(fails.lines().back()["attempts"] == 3);
  Program succeeds(home, args);
  CHECK(succeeds.wait() == 0);
  CHECK(succeeds.lines().back()["attempts"] == 2);
  CHECK(listener.program.wait() == 0);
}

TEST_CASE("fire: --payload is sent byte for byte, newline, NUL and all") {
  const Home home;
  const TempDir dir;
  for (const std::string& body :
       {std::string("{\"a\": 1.00}\n"), std::string("no newline"),
        std::string("\xff\xfe\0 \xf0\x9f\x93\x85", 8), std::string(100'000, '[')}) {
    spit(dir.file("payload"), body);
    std::string seen;
    {
      RawEndpoint endpoint([&](RawConnection& connection) {
        const std::string request = connection.read_request();
        seen = request.substr(request.find("\r\n\r\n") + 4);
        connection.send(http_response("200 OK"));
      });
      CHECK(Program(home, {"fire", "confirmed", "--to", endpoint.url(), "--secret", "whsec_x",
                           "--payload", dir.file("payload")})
                .wait() == 0);
    }
    CHECK(seen == body);
  }
}

TEST_CASE("fire: an interrupt during an attempt ends it with 130 and what is unfinished") {
  const Home home;
  Gate busy;
  RawEndpoint endpoint([&](RawConnection& connection) {
    connection.read_request();
    busy.arrive();
    connection.hold();
  });
  Program program(home, {"fire", "confirmed", "--json", "--timeout", "1h", "--to",
                         endpoint.url("/a"), "--to", endpoint.url("/b")});
  REQUIRE(busy.await(2));
  program.interrupt();
  CHECK(program.wait() == 130);
  const auto lines = program.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == Json{{"type", "summary"},
                         {"deliveries", 2},
                         {"delivered", 0},
                         {"failed", 0},
                         {"expected", 0},
                         {"unfinished", 2},
                         {"attempts", 0}});
  CHECK(program.err.await_line("/b") ==
        "slotflow-hooks: interrupted before this delivery ended: " + endpoint.url("/b"));
}

TEST_CASE("fire: an interrupt during a wait for the next attempt ends it too") {
  const Home home;
  RawEndpoint endpoint(responding(http_response("500 Oh No")));
  Program program(home, {"fire", "confirmed", "--json", "--speed", "1", "--to", endpoint.url()});
  REQUIRE(!program.out.await_line("\"retrying\"").empty());
  program.interrupt();
  CHECK(program.wait() == 130);
  CHECK(program.lines().back()["unfinished"] == 1);
  CHECK(program.lines().back()["attempts"] == 1);
}
