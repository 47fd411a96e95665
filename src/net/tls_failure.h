// What a failure of TLS means.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "domain/delivery.h"
#include "net/openssl.h"

namespace slotflow {

// What the peer of a connection has sent. Must outlive the handshake.
struct TlsPeer {
  bool is_server = false;
  std::string host = {};                 // for which its certificate must be valid; of a server
  std::array<unsigned char, 5> first{};  // its first bytes: the header of a TLS record, or anything
  bool has_sent = false;                 // `first` is known
  bool wants_certificate = false;        // a server has asked for a client certificate
  bool agreed = false;                   // the handshake has ended well, on this side at least
};

// Makes OpenSSL report to `peer` what it reads.
void watch(SSL* ssl, TlsPeer& peer);

// Describes the error of OpenSSL with this packed code: which side sent what.
Failure tls_failure(SSL* ssl, unsigned long code, const TlsPeer& peer);

// The failure of a peer that has ended the connection after it had asked for a client certificate.
Failure certificate_wanted(FailureKind kind);

}  // namespace slotflow
