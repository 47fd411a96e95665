#include "cli/commands/listen_handshakes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace slotflow {

std::string handshake_warning(const std::string& reason) {
  const auto has = [&](std::string_view part) { return reason.find(part) != std::string::npos; };
  // The words before these differ between versions of OpenSSL.
  constexpr std::array<std::string_view, 3> kRefusals{"alert unknown ca", "alert bad certificate",
                                                      "alert certificate unknown"};
  if (std::ranges::any_of(kRefusals, has)) {
    return "a client refused the certificate (" + reason +
           "); with --tls-cert-out FILE the client can be given it";
  }
  if (has("http request")) return "a client used http, but this receiver expects https";
  return "the TLS handshake of a client failed: " + reason;
}

}  // namespace slotflow
