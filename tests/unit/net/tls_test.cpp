#include "net/tls.h"

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/certificate.h"
#include "net/openssl.h"
#include "support/test_certificate.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

Certificate parsed(const std::string& pem) {
  const Bio bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &::BIO_free);
  return {::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &::X509_free};
}

std::string pem_of(X509* certificate) {
  const Bio bio(::BIO_new(::BIO_s_mem()), &::BIO_free);
  ::PEM_write_bio_X509(bio.get(), certificate);
  std::string text(::BIO_ctrl_pending(bio.get()), '\0');
  ::BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
  return text;
}

// Returns what a client gets from this server in a handshake.
std::vector<std::string> certificates_sent(SSL_CTX* server_context) {
  const SslContext client_context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> client(::SSL_new(client_context.get()),
                                                           &::SSL_free);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> server(::SSL_new(server_context), &::SSL_free);
  BIO* client_end = nullptr;
  BIO* server_end = nullptr;
  REQUIRE(::BIO_new_bio_pair(&client_end, 0, &server_end, 0) == 1);
  ::SSL_set_bio(client.get(), client_end, client_end);
  ::SSL_set_bio(server.get(), server_end, server_end);
  ::SSL_set_connect_state(client.get());
  ::SSL_set_accept_state(server.get());
  for (int i = 0; i < 20 && ::SSL_do_handshake(client.get()) != 1; ++i) {
    ::SSL_do_handshake(server.get());
  }
  REQUIRE(::SSL_is_init_finished(client.get()) == 1);
  std::vector<std::string> sent;
  const STACK_OF(X509)* chain = ::SSL_get_peer_cert_chain(client.get());
  for (int i = 0; i < sk_X509_num(chain); ++i) sent.push_back(pem_of(sk_X509_value(chain, i)));
  return sent;
}

}  // namespace

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

TEST_CASE("tls: a certificate made on the spot is an issuer that a machine can be told to trust") {
  const SelfSignedOptions options{.valid_from = from_unix_seconds(1'700'000'000),
                                  .valid_until = from_unix_seconds(1'800'000'000)};
  const Certificate one = parsed(make_self_signed(options).certificate);
  const Certificate other = parsed(make_self_signed(options).certificate);
  // By the serial number, machines tell two certificates of one issuer apart.
  CHECK(::ASN1_INTEGER_cmp(::X509_get0_serialNumber(one.get()),
                           ::X509_get0_serialNumber(other.get())) != 0);
  CHECK(::X509_check_ca(one.get()) == 1);
  CHECK(::X509_get_version(one.get()) == X509_VERSION_3);
  std::time_t begin = 1'700'000'000, end = 1'800'000'000;
  CHECK(::X509_cmp_time(::X509_get0_notBefore(one.get()), &begin) == -1);  // not after
  CHECK(::X509_cmp_time(::X509_get0_notAfter(one.get()), &end) == -1);
  --begin, --end;
  CHECK(::X509_cmp_time(::X509_get0_notBefore(one.get()), &begin) == 1);
  CHECK(::X509_cmp_time(::X509_get0_notAfter(one.get()), &end) == 1);
}

TEST_CASE("tls: an identity sends the certificates that follow its own, in their order") {
  const TestCertificate own, issuer, root;
  const auto sent = [&](const std::string& certificates) {
    const TlsIdentity identity(certificates, own.key_pem());
    return certificates_sent(identity.context());
  };
  CHECK(sent(own.pem()) == std::vector{own.pem()});
  CHECK(sent(own.pem() + issuer.pem() + root.pem()) ==
        std::vector{own.pem(), issuer.pem(), root.pem()});
}
