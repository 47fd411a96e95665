// What listen says about TLS handshakes that fail.
#pragma once

#include <set>
#include <string>

#include "cli/pending_warnings.h"
#include "domain/delivery.h"

namespace slotflow {

// Returns a sentence about a client's failed handshake.
std::string handshake_warning(const Failure& failure);

// Warns once for each kind of failure: a browser that refuses a certificate tries again and again.
class HandshakeWarnings {
 public:
  explicit HandshakeWarnings(PendingWarnings& warnings) : warnings_(warnings) {}

  void add(const Failure& failure) {
    const std::string text = handshake_warning(failure);
    if (told_.insert(text).second) warnings_.add(text);
  }

 private:
  PendingWarnings& warnings_;
  std::set<std::string> told_;  // bounded: the details are a fixed list
};

}  // namespace slotflow
