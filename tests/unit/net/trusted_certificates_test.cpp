#include "net/trusted_certificates.h"

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <openssl/x509.h>

using namespace slotflow;

namespace {

// On a system with these paths and these variables.
std::string file_on(const std::set<std::string>& paths, const std::set<std::string>& variables) {
  return other_certificate_file(
      [&](const char* path) { return paths.contains(path); },
      [&](const char* name) { return variables.contains(name) ? "/given" : nullptr; });
}

}  // namespace

TEST_CASE("certificates of other distributions are trusted where OpenSSL's paths do not exist") {
  CHECK(file_on({"/etc/pki/tls/certs/ca-bundle.crt"}, {}) == "/etc/pki/tls/certs/ca-bundle.crt");
  CHECK(file_on({"/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"}, {}) ==
        "/etc/ssl/certs/ca-certificates.crt");
  CHECK(file_on({}, {}).empty());
}

TEST_CASE("OpenSSL's own paths and variables come first") {
  const std::set<std::string> fedora{"/etc/pki/tls/certs/ca-bundle.crt"};
  for (const char* own : {::X509_get_default_cert_file(), ::X509_get_default_cert_dir()}) {
    CAPTURE(own);
    std::set<std::string> paths = fedora;
    paths.insert(own);
    CHECK(file_on(paths, {}).empty());
  }
  CHECK(file_on(fedora, {"SSL_CERT_FILE"}).empty());
  CHECK(file_on(fedora, {"SSL_CERT_DIR"}).empty());
  const auto all_empty = [](const char*) { return ""; };
  CHECK(!other_certificate_file([&](const char* path) { return fedora.contains(path); }, all_empty)
             .empty());
}
