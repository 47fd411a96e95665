// What TLS connections of a command share: whom a client trusts, who a server is.
#pragma once

#include <mutex>
#include <string>

#include "domain/tls_options.h"
#include "net/openssl.h"

namespace slotflow {

// Of the sending side. Thread-safe once built. Throws Error{io_error} when the CA file cannot be
// used.
class TlsSettings {
 public:
  explicit TlsSettings(const TlsOptions& options);
  // The first call loads the system's CA certificates where they are needed: that takes longer than
  // a delivery over plain http, which has no use for them.
  SSL_CTX* context() const;

 private:
  SslContext context_;
  bool needs_system_cas_;
  mutable std::once_flag loaded_;
};

// Of the receiving side: its certificate, those that lead from it to a root, and its key. Thread
// safe once built.
class TlsIdentity {
 public:
  // Both PEM. Throws Error{io_error} that names the option when one cannot be used, or when they
  // do not belong together.
  TlsIdentity(const std::string& certificates, const std::string& key);
  SSL_CTX* context() const { return context_.get(); }

 private:
  SslContext context_;
};

}  // namespace slotflow
