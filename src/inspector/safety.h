// Which requests the inspector answers: those of its own page, and of scripts on this machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/message.h"

namespace slotflow {

struct InspectorSafety {
  std::string host;   // on which it listens
  std::string token;  // only the page has it
};

// Returns why a request is refused, before it is known what it asks for; nullopt if it is not. A
// page of another site can send requests here: its Origin is another one, or, if its name was made
// to lead here (DNS rebinding), its Host.
std::optional<WebResponse> refusal(const WebRequest& request, const InspectorSafety& safety);

// Returns whether the request has the token in its X-Inspector-Token header.
bool has_token(const WebRequest& request, const InspectorSafety& safety);

// Returns the headers of every response: no other site may show, read or keep it. `hashes` are the
// sources of scripts and of styles that may run in it; empty: none.
std::vector<Header> safe_headers(const std::string& script_hash = {},
                                 const std::string& style_hash = {});

// Returns {"error":message}.
WebResponse error_reply(int status, std::string_view message);

}  // namespace slotflow
