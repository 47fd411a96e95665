// The conversation with one client, on a thread of its own: it may wait for anything.
#pragma once

#include <optional>
#include <string>

#include "engine/http_exchange.h"
#include "engine/interrupt.h"
#include "engine/server_stream.h"

namespace slotflow {

class Conversation {
 public:
  // Owns nothing; all must outlive it. The socket must be non-blocking.
  Conversation(int fd, const HttpServerOptions& options, const HttpHandler& handler,
               const Interrupt& stopping);

  // Sends the answer that is pending, if one is, and goes on with the requests that follow, the
  // first bytes of which are `unread`. Returns when the connection is to be closed.
  void run(std::string unread, std::optional<PendingAnswer> pending);

 private:
  bool one_request();
  bool send(PendingAnswer pending);
  bool send_now(const PendingAnswer& pending);
  bool refuse(HttpHead head, HttpProblem problem);

  const HttpServerOptions& options_;
  const HttpHandler& handler_;
  const Interrupt& stopping_;
  ServerStream stream_;
};

}  // namespace slotflow
