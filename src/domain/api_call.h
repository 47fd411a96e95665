// A call of the emulator's API, as its log shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/duration.h"
#include "domain/json.h"
#include "domain/timestamp.h"

namespace slotflow {

struct ApiCall {
  std::uint64_t n = 0;  // in the order of arrival, from 1
  Timestamp at;
  std::string method;
  std::string target;                // path and query, as received
  std::optional<std::string> route;  // "DELETE /v1/webhooks/:id"; nullopt if there is none
  std::vector<Header> headers;       // the API key is hidden
  std::string body;                  // exact bytes
  std::optional<int> status;         // nullopt if the client got no response
  std::optional<std::string> error;  // code of an error response
  std::optional<std::string> message;
  std::optional<std::string>
      simulated;      // "commit-then-reset", if the response was a simulated failure
  Duration delay{0};  // before the response
};

// Returns the object with type, n, at, method, path, route, headers, body, body_base64 and answer.
Json call_json(const ApiCall& call);

// What serve counted.
struct ApiCallCounts {
  std::uint64_t requests = 0;
  std::uint64_t succeeded = 0;  // with a 2xx response
  std::uint64_t failed = 0;     // with another response, or none
  std::uint64_t simulated = 0;  // of the requests, those with a simulated failure
};

}  // namespace slotflow
