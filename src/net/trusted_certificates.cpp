#include "net/trusted_certificates.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <openssl/err.h>
#include <openssl/x509.h>

namespace slotflow {

namespace {

constexpr std::array kFiles{
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora 43, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine without ca-certificates
};

bool is_there(const char* path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

std::string other_certificate_file(const std::function<bool(const char*)>& exists,
                                   const std::function<const char*(const char*)>& variable) {
  if (variable(::X509_get_default_cert_file_env()) != nullptr ||
      variable(::X509_get_default_cert_dir_env()) != nullptr ||
      exists(::X509_get_default_cert_file()) || exists(::X509_get_default_cert_dir())) {
    return "";
  }
  const auto* const found = std::ranges::find_if(kFiles, exists);
  return found == kFiles.end() ? "" : *found;
}

void trust_system_certificates(SSL_CTX* context) {
  ::SSL_CTX_set_default_verify_paths(context);
  const std::string file =
      other_certificate_file(is_there, [](const char* name) { return std::getenv(name); });
  // Without it, servers are not trusted, and the failure of their TLS says so.
  if (!file.empty()) ::SSL_CTX_load_verify_file(context, file.c_str());
  ::ERR_clear_error();
}

}  // namespace slotflow
