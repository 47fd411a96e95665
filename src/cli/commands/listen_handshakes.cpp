#include "cli/commands/listen_handshakes.h"

namespace slotflow {

std::string handshake_warning(const Failure& failure, const std::string& trust) {
  std::string text = "the TLS handshake of a client failed: " + failure.detail;
  if (failure.cause == FailureCause::untrusted) text += "; " + trust;
  if (failure.cause == FailureCause::not_tls) text += "; without --tls, listen receives http";
  return text;
}

}  // namespace slotflow
