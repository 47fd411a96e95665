// The target of a request (RFC 9112, section 3.2) and the host in it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/head.h"

namespace slotflow::http {

// Returns the size of the "http://" or "https://" that `target` starts with, in any case, or 0.
std::size_t scheme_size(std::string_view target);

// Returns whether `text` is uri-host[:port] (RFC 9110, section 7.2). Both may be empty.
bool is_host(std::string_view text);

// Returns why `target` is not a valid target for `method`, or nullopt.
// Accepts bytes over 0x7f, which some clients send.
std::optional<Problem> check_target(std::string_view method, std::string_view target);

}  // namespace slotflow::http
