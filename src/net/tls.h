// TLS settings shared by the connections of a command.
#pragma once

#include <mutex>
#include <string>

#include "domain/tls_options.h"
#include "net/openssl.h"

namespace slotflow {

// The settings of a client. Thread-safe after construction.
class TlsSettings {
 public:
  // Throws Error{io_error} if the CA file cannot be used.
  explicit TlsSettings(const TlsOptions& options);
  // The first call sets up OpenSSL and loads the system's CA certificates if they are needed: this
  // takes longer than a delivery over plain HTTP, which needs neither. Throws Error{io_error}.
  SSL_CTX* context() const;

 private:
  SslContext new_client_context() const;

  TlsOptions options_;
  mutable std::once_flag created_;
  mutable SslContext context_{nullptr, nullptr};
};

// The identity of a server: its certificate chain and its key. Thread-safe after construction.
class TlsIdentity {
 public:
  // Both PEM. Throws Error{io_error} that names the option if one cannot be used, or if they do not
  // belong together.
  TlsIdentity(const std::string& certificates, const std::string& key);
  SSL_CTX* context() const { return context_.get(); }

 private:
  SslContext context_;
};

}  // namespace slotflow
