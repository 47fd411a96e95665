#include "net/tls_failure.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace slotflow {

namespace {

constexpr std::string_view kNoCommonVersion = "the two sides have no TLS version in common";

void note_message(int sent, int /*version*/, int type, const void* bytes, std::size_t size,
                  SSL* /*ssl*/, void* argument) {
  if (sent != 0) return;
  auto& peer = *static_cast<TlsPeer*>(argument);
  const auto* const begin = static_cast<const unsigned char*>(bytes);
  if (type == SSL3_RT_HEADER && !peer.has_sent && size >= peer.first.size()) {
    peer.has_sent = true;
    std::copy_n(begin, peer.first.size(), peer.first.begin());
  }
  if (type == SSL3_RT_HANDSHAKE && size > 0 && *begin == SSL3_MT_CERTIFICATE_REQUEST) {
    peer.wants_certificate = true;
  }
}

// RFC 8446, section 5.1: a content type, and a version whose first byte is 3.
bool speaks_tls(const TlsPeer& peer) {
  return peer.first[0] >= SSL3_RT_CHANGE_CIPHER_SPEC && peer.first[0] <= SSL3_RT_APPLICATION_DATA &&
         peer.first[1] == SSL3_VERSION_MAJOR;
}

Failure not_tls(const TlsPeer& peer, int reason) {
  if (!peer.is_server) {
    return {.kind = FailureKind::tls,
            .detail = reason == SSL_R_HTTP_REQUEST ? "the client speaks plain HTTP, not TLS"
                                                   : "the client does not speak TLS",
            .cause = FailureCause::not_tls};
  }
  constexpr std::string_view kHttp = "HTTP/";
  const bool http = std::ranges::equal(peer.first, kHttp, [](unsigned char byte, char c) {
    return byte == static_cast<unsigned char>(c);
  });
  return {.kind = FailureKind::tls,
          .detail = http ? "the server speaks plain HTTP at this port, not TLS"
                         : "the server does not speak TLS at this port",
          .cause = FailureCause::not_tls};
}

Failure bad_certificate(long verdict, const std::string& host) {
  Failure failure{.kind = FailureKind::tls,
                  .detail = ::X509_verify_cert_error_string(verdict),
                  .cause = FailureCause::untrusted};
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      failure.detail = "the certificate is not valid for " + host;
      failure.cause = FailureCause::wrong_name;
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      failure.cause = FailureCause::wrong_date;
      break;
    default:
      break;
  }
  return failure;
}

// An alert with which a server refuses a client that has sent no certificate.
bool refuses_certificate(int alert) {
  switch (alert) {
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_NO_CERTIFICATE:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
      return true;
    default:
      return alert == SSL_AD_CERTIFICATE_REQUIRED;
  }
}

// A failure of the handshake, or of what came after it.
Failure other_failure(std::string detail, const TlsPeer& peer) {
  return {.kind = FailureKind::tls,
          .detail = std::move(detail),
          .cause = peer.agreed ? FailureCause::after_handshake : FailureCause::handshake};
}

Failure alert_of(int alert, const TlsPeer& peer) {
  if (peer.is_server && peer.wants_certificate && refuses_certificate(alert)) {
    return certificate_wanted(FailureKind::tls);
  }
  const std::string who = peer.is_server ? "the server " : "the client ";
  const std::string what = peer.agreed ? "ended the TLS connection: " : "refused the handshake: ";
  Failure failure = other_failure(who + what + ::SSL_alert_desc_string_long(alert), peer);
  switch (alert) {
    case SSL_AD_PROTOCOL_VERSION:
      failure.detail = kNoCommonVersion;
      break;
    case SSL_AD_UNRECOGNIZED_NAME:
      failure.detail = "the server knows no host named " + peer.host;
      failure.cause = FailureCause::unknown_name;
      break;
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
      if (peer.is_server) break;
      failure.detail = "the client does not trust the certificate";
      failure.cause = FailureCause::untrusted;
      break;
    default:
      break;
  }
  return failure;
}

}  // namespace

void watch(SSL* ssl, TlsPeer& peer) {
  ::SSL_set_msg_callback(ssl, &note_message);
  // SSL_set_msg_callback_arg, whose macro casts the old way.
  ::SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, &peer);
}

Failure certificate_wanted(FailureKind kind) {
  return {.kind = kind,
          .detail = "the server asks for a client certificate",
          .cause = FailureCause::client_certificate};
}

Failure tls_failure(SSL* ssl, unsigned long code, const TlsPeer& peer) {
  const int reason = ERR_GET_REASON(code);
  if (peer.has_sent && !speaks_tls(peer)) return not_tls(peer, reason);
  const long verdict = ::SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK && (::SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) != 0) {
    return bad_certificate(verdict, peer.host);
  }
  if (reason >= SSL_AD_REASON_OFFSET) return alert_of(reason - SSL_AD_REASON_OFFSET, peer);
  const char* words = ::ERR_reason_error_string(code);
  Failure failure = other_failure(words != nullptr ? words : "TLS failed", peer);
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_NO_PROTOCOLS_AVAILABLE ||
      reason == SSL_R_WRONG_SSL_VERSION) {
    failure.detail = kNoCommonVersion;
  }
  return failure;
}

}  // namespace slotflow
