// A request as it came, the answer to it, and how that stands on the wire.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/fault.h"
#include "engine/deadline.h"
#include "engine/http_head.h"
#include "engine/tls.h"

namespace slotflow {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 4242;  // 0: a free one
  std::size_t max_body = 1024 * 1024;
  Duration request_deadline{10'000};  // from a request's first byte to its last
  Duration idle_timeout{60'000};      // between requests on one connection
  bool handler_waits = false;         // for the network, say: then each connection gets a thread
  std::shared_ptr<const TlsIdentity> tls = nullptr;  // none: plain HTTP
};

struct HttpRequest {
  HttpHead head;     // what could be read of it, when there is a problem
  std::string body;  // exact bytes
  std::optional<HttpProblem> problem;
};

struct HttpAnswer {
  int status = 200;
  std::vector<Header> headers;  // all but Content-Length and Connection
  std::string body;
  Duration delay{0};             // after the request's last byte
  const Fault* fault = nullptr;  // what becomes of it on the wire
  FaultSettings fault_settings;
  std::function<void(bool arrived)> finished;  // called once, may be empty
};

// Called from many threads at once, and may take the request apart. A request with a problem is
// shown to it too; what it answers then is not used.
using HttpHandler = std::function<HttpAnswer(HttpRequest&)>;

// What of a request still matters when it has been answered.
struct Framing {
  bool keep_alive = true;
  bool is_head = false;  // of the method HEAD
  PollDeadline::Steady::time_point complete =
      PollDeadline::Steady::now();  // when its last byte had come
};
Framing framing_of(const HttpHead& head);

// An answer that is decided, and has to be sent yet.
struct PendingAnswer {
  HttpAnswer answer;
  Framing framing;
  std::size_t sent = 0;  // bytes of it that are on their way already
};

// As RFC 9110 and 9112 want it: without a body where it must not have one.
std::string wire_text(const HttpAnswer& answer, const Framing& framing);

// The refusal of what is no request we can take; the connection ends with it.
std::string refusal_text(int status, const std::string& reason);

}  // namespace slotflow
