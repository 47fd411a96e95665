// Certificates for TLS endpoints in tests.
#pragma once

#include <string>

#include "net/certificate.h"
#include "net/tls.h"

namespace slotflow::test {

// Self-signed: to trust it, use it as the CA file.
class TestCertificate {
 public:
  struct Options {
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  // subjectAltName
    long valid_from = -3600;                                  // seconds from now
    long valid_until = 24 * 3600;
  };

  TestCertificate() : TestCertificate(Options{}) {}
  explicit TestCertificate(const Options& options)
      : made_(make_self_signed(
            {options.names, in_seconds(options.valid_from), in_seconds(options.valid_until)})),
        identity_(made_.certificate, made_.key) {}

  // To be given as TlsOptions::ca_file, once it stands in a file.
  const std::string& pem() const { return made_.certificate; }
  const std::string& key_pem() const { return made_.key; }
  SSL_CTX* server_context() const { return identity_.context(); }

 private:
  static Timestamp in_seconds(long seconds) {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
           std::chrono::seconds(seconds);
  }

  SelfSigned made_;
  TlsIdentity identity_;
};

}  // namespace slotflow::test
