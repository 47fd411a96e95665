#include "cli/commands/listen_handshakes.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("listen handshakes: the failure, and what helps") {
  CHECK(handshake_warning({.kind = FailureKind::tls,
                           .detail = "the client does not trust the certificate",
                           .cause = FailureCause::untrusted},
                          "trust it") ==
        "the TLS handshake of a client failed: the client does not trust the certificate; "
        "trust it");
  CHECK(handshake_warning({.kind = FailureKind::tls,
                           .detail = "the client speaks plain HTTP, not TLS",
                           .cause = FailureCause::not_tls},
                          "trust it") ==
        "the TLS handshake of a client failed: the client speaks plain HTTP, not TLS; without "
        "--tls, listen receives http");
  CHECK(handshake_warning({.kind = FailureKind::tls,
                           .detail = "no shared cipher",
                           .cause = FailureCause::handshake},
                          "trust it") == "the TLS handshake of a client failed: no shared cipher");
}
