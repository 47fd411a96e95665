// How a client verifies certificates.
#pragma once

#include <string>

namespace slotflow {

struct TlsOptions {
  bool insecure = false;  // accept any certificate
  std::string ca_file;    // PEM; if not empty, only its certificates are trusted
};

}  // namespace slotflow
