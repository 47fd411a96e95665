#include "domain/failure_hint.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

constexpr FailureCause kOfCertificates[] = {FailureCause::wrong_name, FailureCause::wrong_date,
                                            FailureCause::untrusted};

std::string hint_of(FailureKind kind, Stage stage, FailureCause cause = FailureCause::unknown,
                    bool https = false, Duration timeout = 10s) {
  return hint_for({.kind = kind, .stage = stage, .cause = cause}, https, timeout);
}

bool hint_has(const std::string& hint, std::string_view part) {
  return hint.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("failure_hint: --insecure is named for certificates, and for nothing else") {
  for (const FailureCause cause : kOfCertificates) {
    CHECK(hint_has(hint_of(FailureKind::tls, Stage::tls, cause, true), "--insecure"));
  }
  for (const FailureCause cause :
       {FailureCause::unknown, FailureCause::not_tls, FailureCause::client_certificate,
        FailureCause::unknown_name, FailureCause::handshake, FailureCause::after_handshake}) {
    const std::string hint = hint_of(FailureKind::tls, Stage::tls, cause, true);
    CHECK(hint != "");
    CHECK_FALSE(hint_has(hint, "--insecure"));
    CHECK_FALSE(hint_has(hint, "--cacert"));
  }
  CHECK(hint_has(hint_of(FailureKind::tls, Stage::tls, FailureCause::untrusted, true), "--cacert"));
  CHECK_FALSE(
      hint_has(hint_of(FailureKind::tls, Stage::tls, FailureCause::wrong_name, true), "--cacert"));
}

TEST_CASE("failure_hint: the other protocol") {
  CHECK(hint_of(FailureKind::bad_response, Stage::head, FailureCause::needs_tls) ==
        "use https in the URL");
  CHECK(hint_has(hint_of(FailureKind::connection_closed, Stage::request), "expects https"));
  CHECK(hint_has(hint_of(FailureKind::connection_reset, Stage::request), "expects https"));
  // TLS has been agreed on, or a response has begun.
  CHECK_FALSE(
      hint_has(hint_of(FailureKind::connection_reset, Stage::request, FailureCause::unknown, true),
               "https"));
  CHECK_FALSE(hint_has(hint_of(FailureKind::connection_closed, Stage::body), "https"));
  CHECK(hint_has(
      hint_of(FailureKind::connection_closed, Stage::request, FailureCause::client_certificate),
      "client certificate"));
}

TEST_CASE("failure_hint: a timeout's hint is true of what took long, and of the limit") {
  const auto hint = [](Stage stage, Duration timeout) {
    return hint_of(FailureKind::timeout, stage, FailureCause::unknown, false, timeout);
  };
  CHECK(hint(Stage::request, 10s) ==
        "Slotflow's limit is 10s in total: respond first, then do the work");
  CHECK(hint(Stage::body, 1h) == hint(Stage::request, 10s));
  CHECK(hint(Stage::head, 250ms) == "the limit was --timeout 250ms; Slotflow's is 10s in total");
  for (const Stage stage : {Stage::lookup, Stage::connect, Stage::tls}) {
    CHECK_FALSE(hint_has(hint(stage, 10s), "respond first"));
  }
}

TEST_CASE("failure_hint: versions and ciphers are not named once TLS has been agreed on") {
  CHECK(hint_has(hint_of(FailureKind::tls, Stage::tls, FailureCause::handshake, true), "versions"));
  CHECK_FALSE(hint_has(hint_of(FailureKind::tls, Stage::body, FailureCause::after_handshake, true),
                       "versions"));
}

TEST_CASE("failure_hint: a refused connection, with the port where it is not shown") {
  const Failure refused{.kind = FailureKind::connection_refused};
  CHECK(hint_for(refused, false, 10s) ==
        "check that the server is running; from inside a container, the host is "
        "host.docker.internal");
  CHECK(hint_for(refused, false, 10s, 3000) ==
        "check that the server is running and listens on port 3000; from inside a container, the "
        "host is host.docker.internal");
}

TEST_CASE("failure_hint: a bad response") {
  CHECK(hint_of(FailureKind::bad_response, Stage::head) == "check that this is an HTTP/1.1 server");
  CHECK(hint_of(FailureKind::bad_response, Stage::body) == "check what writes the response's body");
}
