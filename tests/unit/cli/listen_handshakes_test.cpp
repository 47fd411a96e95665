#include "cli/commands/listen_handshakes.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("listen handshakes: a refused certificate, in the words of each OpenSSL") {
  for (const char* reason :
       {"tlsv1 alert unknown ca", "sslv3 alert bad certificate", "sslv3 alert certificate unknown",
        "ssl/tls alert certificate unknown"}) {
    CAPTURE(reason);
    CHECK(handshake_warning(reason) ==
          "a client refused the certificate (" + std::string(reason) +
              "); with --tls-cert-out FILE the client can be given it");
  }
}

TEST_CASE("listen handshakes: plain HTTP, and anything else") {
  CHECK(handshake_warning("http request") == "a client used http, but this receiver expects https");
  CHECK(handshake_warning("wrong version number") ==
        "the TLS handshake of a client failed: wrong version number");
  CHECK(handshake_warning("sslv3 alert handshake failure") ==
        "the TLS handshake of a client failed: sslv3 alert handshake failure");
}
