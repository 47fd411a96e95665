// What listen shows of a handler that it forwards requests to.
#pragma once

#include <string>

#include "domain/received.h"
#include "report/style.h"

namespace slotflow {

// Returns indented lines that explain why the handler rejects what is valid here: the whole
// explanation for the first such request, a short line for others, or nothing. Terminal-safe.
std::string disagreement_text(const ReceivedRequest& request, const Style& style);

// Returns the whole explanation in one line, or nothing if this is not the first such request.
std::string disagreement_warning(const ReceivedRequest& request);

// Returns indented lines with the handler's status, headers and the beginning of its body, or with
// the reason why there is no response. Returns nothing if the response is 2xx, unless `verbose`.
// Terminal-safe.
std::string handler_response_text(const ReceivedRequest& request, const Style& style, bool verbose);

// Appends the field "forwarded" as JSON: null if the request was not forwarded.
void append_forwarded(std::string& out, const ReceivedRequest& request);

}  // namespace slotflow
