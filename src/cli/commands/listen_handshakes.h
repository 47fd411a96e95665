// What listen says about TLS handshakes that fail.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "cli/pending_warnings.h"
#include "domain/delivery.h"

namespace slotflow {

// Returns a sentence about a client's failed handshake. `trust` says how clients can trust the
// certificate.
std::string handshake_warning(const Failure& failure, const std::string& trust);

// Warns once for each kind of failure: a browser that refuses a certificate tries again and again.
class HandshakeWarnings {
 public:
  HandshakeWarnings(PendingWarnings& warnings, std::string trust)
      : warnings_(warnings), trust_(std::move(trust)) {}

  void add(const Failure& failure) {
    const std::string text = handshake_warning(failure, trust_);
    if (told_.insert(text).second) warnings_.add(text);
  }

 private:
  PendingWarnings& warnings_;
  std::string trust_;
  std::set<std::string> told_;  // bounded: the details are a fixed list
};

}  // namespace slotflow
