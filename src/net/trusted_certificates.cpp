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

// OpenSSL looks into a folder for names that end in .0 only: a folder may have none.
bool has_certificates(const char* path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return fs::exists(path, error);
  const fs::directory_iterator files(path, error);
  return !error &&
         std::any_of(fs::begin(files), fs::end(files), [](const fs::directory_entry& file) {
           return file.path().extension() == ".0";
         });
}

}  // namespace

std::string other_certificate_file(const std::function<bool(const char*)>& exists,
                                   const std::function<const char*(const char*)>& variable) {
  const auto is_given = [&](const char* name) {
    const char* value = variable(name);
    return value != nullptr && *value != '\0';
  };
  if (is_given(::X509_get_default_cert_file_env()) || is_given(::X509_get_default_cert_dir_env()) ||
      exists(::X509_get_default_cert_file()) || exists(::X509_get_default_cert_dir())) {
    return "";
  }
  const auto* const found = std::ranges::find_if(kFiles, exists);
  return found == kFiles.end() ? "" : *found;
}

void trust_system_certificates(SSL_CTX* context) {
  ::SSL_CTX_set_default_verify_paths(context);
  const std::string file =
      other_certificate_file(has_certificates, [](const char* name) { return std::getenv(name); });
  // Without it, servers are not trusted, and the failure of their TLS says so.
  if (!file.empty()) ::SSL_CTX_load_verify_file(context, file.c_str());
  ::ERR_clear_error();
}

}  // namespace slotflow
