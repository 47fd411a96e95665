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
  // Sends `request` as send() does, or all of it but the last `less` bytes, and leaves without a
  // look at the answer. Why it could not be sent, if it could not.
  std::optional<Failure> send_and_leave(const Request& request, std::size_t less = 0);

 private:
  friend class HttpSession;
  TlsSettings tls_;
  const Interrupt& interrupt_;
};

class DeliveryClient;

// Several requests to one host on one connection, where the host keeps it; else on a new one each.
// One thread.
class HttpSession {
 public:
  HttpSession(const HttpTransport& transport, const Url& url);  // which must outlive it
  ~HttpSession();
  Reply send(const Request& request);  // as HttpTransport::send()
  int connections() const;             // that it took so far

 private:
  std::unique_ptr<DeliveryClient> client_;
};

}  // namespace slotflow
