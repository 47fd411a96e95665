// What the headers mean for the body and the connection (RFC 9112, sections 6 and 9.3).
#pragma once

#include <optional>

#include "http/head.h"
#include "http/parsing.h"

namespace slotflow::http {

// Fills in keep_alive, chunked, content_length and expects_continue from the rest of `head`, and
// checks Host in a request. Returns why the message is rejected, or nullopt. Rejects a message if
// two readers could disagree about the end of its body, including responses with both
// Content-Length and Transfer-Encoding (RFC 9112, section 6.3: "ought to be handled as an error").
std::optional<Problem> read_framing(Role role, Head& head);

}  // namespace slotflow::http
