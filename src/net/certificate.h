// Creates self-signed certificates, for a receiver without one.
#pragma once

#include <string>

#include "domain/timestamp.h"

namespace slotflow {

struct SelfSignedOptions {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  // as in OpenSSL's subjectAltName
  Timestamp valid_from;
  Timestamp valid_until;
};

struct SelfSigned {
  std::string certificate;  // PEM; also the CA file for clients
  std::string key;          // PEM
};

// Creates a certificate with a new random key. Throws Error{io_error} if OpenSSL fails.
SelfSigned make_self_signed(const SelfSignedOptions& options);

}  // namespace slotflow
