// Passes a received request on to the handler behind the receiver.
#pragma once

#include "domain/delivery.h"
#include "engine/http_server.h"
#include "engine/transport.h"

namespace slotflow {

// `target` without a path of its own: the request's path and query go on as they are. With one:
// that path, and the request's query.
struct ForwardOptions {
  Url target;
  TlsOptions tls;
  Duration timeout{30'000};  // for the handler's whole answer
};

// Thread safe.
class Forwarder {
 public:
  // Throws Error{io_error} for an unusable CA file. `interrupt` must outlive it.
  Forwarder(ForwardOptions options, const Interrupt& interrupt);

  // What the handler answered to the method, path, headers and body as they came, less what
  // belongs to one connection alone (RFC 9110, section 7.6.1), and with the handler's own Host.
  // Tried once.
  Reply forward(const HttpRequest& request);

 private:
  ForwardOptions options_;
  HttpTransport transport_;
};

// The answer that passes `reply` on: 502 when no answer came, 504 when none came in time.
HttpAnswer passed_on(Reply reply);

}  // namespace slotflow
