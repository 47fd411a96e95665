// What was observed while a check ran, and after it.
#pragma once

#include <optional>

#include "conformance/check.h"
#include "domain/delivery.h"

namespace slotflow {

// The responses to the requests of one check.
struct Trace {
  std::optional<Request> last_rejected;  // the last request without a 2xx response
  bool refused_connection = false;       // a connection was refused: nothing listened
  bool refused_first = false;            // ... that of the first request
  bool saw_429 = false;                  // 429 (Too Many Requests)
  bool saw_503 = false;                  // 503: a rate limit, or an outage
  std::optional<Unwelcome> no_response_to = {};  // a kind of request that gets no response
};

// The responses to the valid events that are sent after a check, until one is accepted.
struct Health {
  bool accepted = false;            // the last one was
  bool accepted_at_once = false;    // the first one was
  bool refused_connection = false;  // a connection was refused
  int limit = 0;                    // 429 or 503 if one got it, else 0
  int last_status = 0;              // 0: no response
  bool late = false;                // sent after a pause, so that a delayed crash is noticed
};

}  // namespace slotflow
