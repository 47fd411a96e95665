#include "report/ports.h"

#include <doctest/doctest.h>

#include "unit/report/samples.h"

using namespace slotflow;

namespace {

PortReport accepting_port(const std::string& address) {
  PortReport report{parse_url("URL", "localhost:3000/hook"), {}};
  report.state.address = address;
  report.state.tries = 4;
  report.state.duration = std::chrono::microseconds(1'234'500);
  return report;
}

PortReport failing_port(Failure failure, const std::string& address = "127.0.0.1:3000") {
  PortReport report = accepting_port(address);
  report.state.failure = std::move(failure);
  return report;
}

}  // namespace

TEST_CASE("ports as text: one that accepts, with the address unless the URL has it") {
  CHECK(text_of(accepting_port("[::1]:3000"), Style{}) ==
        "http://localhost:3000/hook  accepts connections ([::1]:3000) after 1.2 s\n");
  PortReport report = accepting_port("127.0.0.1:3000");
  report.url.host = "127.0.0.1";
  CHECK(text_of(report, Style{}) ==
        "http://127.0.0.1:3000/hook  accepts connections after 1.2 s\n");
}

TEST_CASE("ports as text: the reason and what to check") {
  CHECK(text_of(failing_port({FailureKind::connection_refused, "Connection refused"}), Style{}) ==
        "http://localhost:3000/hook  no connection in 1.2 s: connection refused "
        "(127.0.0.1:3000)\n"
        "    check that the server is running and listens on port 3000; from inside a container, "
        "the host is host.docker.internal\n");
  CHECK(text_of(failing_port({FailureKind::dns, "x: Name or service not known"}, ""), Style{}) ==
        "http://localhost:3000/hook  no connection in 1.2 s: cannot look up x: Name or service "
        "not known\n"
        "    check the spelling of the host, and that this machine can resolve it\n");
  CHECK(
      text_of(failing_port({FailureKind::timeout, "while connecting", Stage::connect}), Style{}) ==
      "http://localhost:3000/hook  no connection in 1.2 s: timeout while connecting "
      "(127.0.0.1:3000)\n"
      "    check the address and the port; a firewall may discard the connection\n");
  CHECK(text_of(failing_port({FailureKind::unreachable, "No route to host"}), Style{})
            .find(": No route to host (127.0.0.1:3000)\n") != std::string::npos);
}

TEST_CASE("ports as text: the reason cannot control the terminal") {
  const PortReport report = failing_port({FailureKind::dns, test::hostile_text()});
  CHECK(test::danger_in(text_of(report, Style{})) == "");
  CHECK(test::danger_in(json_of(report)) == "");
}

TEST_CASE("ports as JSON") {
  CHECK(json_of(accepting_port("[::1]:3000")) ==
        R"({"type":"port","url":"http://localhost:3000/hook","accepts":true,)"
        R"("address":"[::1]:3000","tries":4,"duration_ms":1234.5,"error":null,"detail":null})"
        "\n");
  CHECK(json_of(failing_port({FailureKind::dns, "x: unknown"}, "")) ==
        R"({"type":"port","url":"http://localhost:3000/hook","accepts":false,)"
        R"("address":null,"tries":4,"duration_ms":1234.5,"error":"dns","detail":"x: unknown"})"
        "\n");
}
