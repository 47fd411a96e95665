// What listen shows: where it listens, each request with its payload, and the count.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "domain/received.h"
#include "report/style.h"

namespace slotflow {

struct Listening {
  std::string url;  // http://127.0.0.1:4242/
  int port = 0;
  std::optional<std::string> ui = {};  // URL of the inspector
};

// A request whose handler's response is shown even if it is 2xx.
struct VerboseRequest {
  const ReceivedRequest* request = nullptr;
};

// A request in one line, which is cut to the width of the terminal.
struct CompactRequest {
  const ReceivedRequest* request = nullptr;
  std::size_t columns = 0;  // 0: not cut
};

// All texts are terminal-safe whatever the request contains.

std::string text_of(const Listening& listening, const Style& style);
// One line, its fields separated by two spaces: time, number, method and path, event, verdict,
// response. Indented lines below it show the signature header and a diagnosis if the signature is
// bad, the booking, its metadata, the whole payload, and the response of a handler that failed.
std::string text_of(const ReceivedRequest& request, const Style& style);
std::string text_of(const VerboseRequest& request, const Style& style);
// Time, number, method and path, event, booking, verdict and response; "-" if there is no event or
// booking. A rejected request has the reason instead of those.
std::string text_of(const CompactRequest& request, const Style& style);
std::string text_of(const ReceiverSummary& summary, const Style& style);
// "accepted 2 of 3 expected events". There must be an expectation.
std::string expectation_text(const ReceiverSummary& summary);

std::string json_of(const Listening& listening);
// A request that was rejected as malformed has one field more, "malformed", with the reason.
std::string json_of(const ReceivedRequest& request);
std::string json_of(const VerboseRequest& request);
std::string json_of(const CompactRequest& request);
std::string json_of(const ReceiverSummary& summary);

}  // namespace slotflow
