// What listen says about TLS handshakes that fail.
#pragma once

#include <set>
#include <string>

#include "cli/pending_warnings.h"

namespace slotflow {

// Returns a sentence for OpenSSL's `reason`.
std::string handshake_warning(const std::string& reason);

// Warns once for each kind of failure: a browser that refuses a certificate tries again and again.
class HandshakeWarnings {
 public:
  explicit HandshakeWarnings(PendingWarnings& warnings) : warnings_(warnings) {}

  void add(const std::string& reason) {
    const std::string text = handshake_warning(reason);
    if (told_.insert(text).second) warnings_.add(text);
  }

 private:
  PendingWarnings& warnings_;
  std::set<std::string> told_;  // bounded: OpenSSL's reasons are a fixed list
};

}  // namespace slotflow
