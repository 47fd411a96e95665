#include "net/tls.h"

#include <doctest/doctest.h>

#include "net/certificate.h"
#include "support/test_certificate.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("tls: an identity needs a certificate, a key, and that they belong together") {
  const TestCertificate one, other;
  CHECK(thrown([&] { TlsIdentity(one.pem(), one.key_pem()); }) == "nothing");
  CHECK(thrown([&] { TlsIdentity(one.pem() + other.pem(), one.key_pem()); }) == "nothing");
  CHECK(thrown([&] { TlsIdentity("", one.key_pem()); }) ==
        "IO_ERROR: --cert: expected a PEM file with a certificate");
  CHECK(thrown([&] { TlsIdentity("nonsense", one.key_pem()); }) ==
        "IO_ERROR: --cert: expected a PEM file with a certificate");
  CHECK(thrown([&] { TlsIdentity(one.pem(), one.pem()); }) ==
        "IO_ERROR: --key: expected a PEM file with a private key and no passphrase");
  // A key of another kind is found out by another way.
  const char* ed25519 =
      "-----BEGIN PRIVATE "
      "KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n";
  CHECK(thrown([&] { TlsIdentity(one.pem(), ed25519); }) ==
        "IO_ERROR: --key: expected the private key of the certificate of --cert, got another key");
  CHECK(thrown([&] { TlsIdentity(one.pem(), other.key_pem()); }) ==
        "IO_ERROR: --key: expected the private key of the certificate of --cert, got another key");
}

TEST_CASE("tls: every certificate made on the spot has a key of its own") {
  const SelfSignedOptions options{.valid_from = from_unix_seconds(0),
                                  .valid_until = from_unix_seconds(1)};
  const SelfSigned one = make_self_signed(options);
  const SelfSigned other = make_self_signed(options);
  CHECK(one.key != other.key);
  CHECK(one.certificate != other.certificate);
  CHECK(one.certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
}
