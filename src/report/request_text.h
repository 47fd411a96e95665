// listen, for people: where it listens, each request with its payload, and the count.
#pragma once

#include <string>

#include "domain/received.h"
#include "report/reporter.h"
#include "report/style.h"

namespace slotflow {

// All texts are terminal-safe whatever the request holds, and every line ends with a newline.

std::string listening_text(const Listening& listening, const Style& style);

// One line, its fields divided by two spaces: time, number, method and path, event, verdict,
// answer. Below it, indented, the booking, its metadata and the whole payload.
std::string request_text(const ReceivedRequest& request, const Style& style);

std::string receiver_summary_text(const ReceiverSummary& summary, const Style& style);

}  // namespace slotflow
