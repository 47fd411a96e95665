// What was observed while a check ran, and after it.
#pragma once

#include <optional>
#include <string>

#include "conformance/check.h"
#include "domain/delivery.h"

namespace slotflow {

// What the responses to the requests of one check show.
struct Trace {
  // The last request without a 2xx response, refused connections aside.
  std::optional<Request> last_rejected;
  int last_rejected_status = 0;                  // ... its status; 0: no response
  int sent = 0;                                  // requests whose response was waited for
  int rejected = 0;                              // ... those without a 2xx response
  bool refused_connection = false;               // a connection was refused: nothing listened
  bool refused_first = false;                    // ... that of the first request
  bool saw_429 = false;                          // 429 (Too Many Requests)
  bool saw_503 = false;                          // 503: a rate limit, or an outage
  bool saw_rejection = false;                    // 4xx, but not 429
  bool last_timed_out = false;                   // the last request got no response in time
  std::optional<Unwelcome> no_response_to = {};  // a kind of request that gets no response
};

// The responses to valid events that are sent after a check, until one is accepted.
struct Health {
  bool accepted = false;            // the last event was accepted
  bool accepted_at_once = false;    // the first one was
  bool refused_connection = false;  // a connection was refused
  int limit = 0;                    // 429 or 503 if an event got it, else 0
  int last_status = 0;              // 0: no response
  int first_status = 0;             // of the first event, if it was rejected; 0: no response
  std::string first_words = {};     // ... as last_words
  std::string last_result = {};     // for people: "401 Unauthorized"
  std::string last_words = {};      // ... with the response's text: 401 Unauthorized ("no token")
  bool late = false;                // sent after a pause, so that a delayed crash is noticed
};

}  // namespace slotflow
