// One HTTP request to one endpoint: the edge of the world for everything that sends.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/delivery.h"
#include "engine/channel.h"
#include "engine/interrupt.h"

namespace slotflow {

class Transport {
 public:
  virtual ~Transport() = default;
  // Sends `request` on a connection of its own and waits for the whole answer, at most
  // request.timeout for everything together. Trouble on the network is a Failure in the Reply,
  // never an exception. Redirects are not followed. Thread safe.
  virtual Reply send(const Request& request) = 0;
};

// Over TCP and TLS. Proxies in the environment are not used: a delivery goes where it says.
class HttpTransport : public Transport {
 public:
  // Throws Error{io_error} for an unusable CA file. `interrupt` must outlive it: every wait ends
  // at once with FailureKind::interrupted when it is triggered.
  HttpTransport(const TlsOptions& options, const Interrupt& interrupt)
      : tls_(options), interrupt_(interrupt) {}
  Reply send(const Request& request) override;

 private:
  TlsSettings tls_;
  const Interrupt& interrupt_;
};

}  // namespace slotflow
