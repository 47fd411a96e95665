// What serve shows: where it listens, each call of the API, and the count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/api_call.h"
#include "domain/delivery.h"
#include "report/style.h"

namespace slotflow {

struct Serving {
  std::string url;  // http://127.0.0.1:4010, the base URL for clients
  int port = 0;
  std::string store;                   // path of the file
  std::optional<std::string> ui = {};  // URL of the inspector
};

struct ServeSummary {
  ApiCallCounts counts;
  DeliverySummary deliveries;   // attempts, and the deliveries that they ended
  std::uint64_t seed = 0;       // of the simulated failures
  std::uint64_t not_shown = 0;  // lines missing from the output
};

// All texts are terminal-safe whatever the call contains.

std::string text_of(const Serving& serving, const Style& style);
// Time, number, method, path and response; for an error, the code and the message.
std::string text_of(const ApiCall& call, const Style& style);
std::string text_of(const ServeSummary& summary, const Style& style);

std::string json_of(const Serving& serving);
std::string json_of(const ApiCall& call);  // see call_json()
std::string json_of(const ServeSummary& summary);

}  // namespace slotflow
