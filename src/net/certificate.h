// A certificate made on the spot, for a receiver that nobody has given one.
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
  std::string certificate;  // PEM; a client that is to trust it gives it as its CA file
  std::string key;          // PEM
};

// The key is drawn anew each time. Throws Error{io_error} when OpenSSL cannot.
SelfSigned make_self_signed(const SelfSignedOptions& options);

}  // namespace slotflow
