#include "cli/commands/listen_handshakes.h"

namespace slotflow {

std::string handshake_warning(const Failure& failure) {
  std::string text = "the TLS handshake of a client failed: " + failure.detail;
  if (failure.cause == FailureCause::untrusted) {
    text += "; --tls-cert-out FILE writes it for clients that shall trust it";
  }
  if (failure.cause == FailureCause::not_tls) text += "; without --tls, listen receives http";
  return text;
}

}  // namespace slotflow
