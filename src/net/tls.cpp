#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "domain/error.h"
#include "net/trusted_certificates.h"

namespace slotflow {

namespace {

SslContext new_context(const SSL_METHOD* method) {
  SslContext context(::SSL_CTX_new(method), &::SSL_CTX_free);
  if (!context) throw Error(ErrorCode::io_error, "cannot set up OpenSSL");
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  return context;
}

Bio reading(const std::string& text) {
  return {::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &::BIO_free};
}

// Rejects a key with a passphrase: OpenSSL would ask for it on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

Certificate next_certificate(BIO* bio) {
  return {::PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr), &::X509_free};
}

[[noreturn]] void refuse(const std::string& option, const std::string& reason) {
  ::ERR_clear_error();
  throw Error(ErrorCode::io_error, option + ": " + reason, "", option);
}

}  // namespace

// A CA file is read at once: the option is wrong even if no URL turns out to need it.
TlsSettings::TlsSettings(const TlsOptions& options) : options_(options) {
  if (!options_.ca_file.empty()) context();
}

SSL_CTX* TlsSettings::context() const {
  std::call_once(created_, [this] { context_ = new_client_context(); });
  return context_.get();
}

// With --insecure, OpenSSL need not load the system's certificates.
SslContext TlsSettings::new_client_context() const {
  SslContext context = new_context(::TLS_client_method());
  ::SSL_CTX_set_verify(context.get(), options_.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                       nullptr);
  if (!options_.ca_file.empty()) {
    if (::SSL_CTX_load_verify_file(context.get(), options_.ca_file.c_str()) != 1) {
      refuse("--cacert", "cannot read PEM certificates from " + options_.ca_file);
    }
  } else if (!options_.insecure) {
    trust_system_certificates(context.get());
  }
  return context;
}

TlsIdentity::TlsIdentity(const std::string& certificates, const std::string& key)
    : context_(new_context(::TLS_server_method())) {
  const Bio chain = reading(certificates);
  const Certificate own = next_certificate(chain.get());
  if (!own || ::SSL_CTX_use_certificate(context_.get(), own.get()) != 1) {
    refuse("--cert", "expected a PEM file with a certificate");
  }
  while (Certificate other = next_certificate(chain.get())) {
    // SSL_CTX_add1_chain_cert, whose macro casts the old way.
    ::SSL_CTX_ctrl(context_.get(), SSL_CTRL_CHAIN_CERT, 1, other.get());
  }
  const Bio key_text = reading(key);
  const PrivateKey private_key(
      ::PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr), &::EVP_PKEY_free);
  if (!private_key) refuse("--key", "expected a PEM file with a private key and no passphrase");
  // OpenSSL accepts a key of another kind than the certificate's, so it is checked.
  if (::SSL_CTX_use_PrivateKey(context_.get(), private_key.get()) != 1 ||
      ::SSL_CTX_check_private_key(context_.get()) != 1) {
    refuse("--key", "expected the private key of the certificate of --cert, got another key");
  }
  ::ERR_clear_error();
}

}  // namespace slotflow
