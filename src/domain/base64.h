// Base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

// Returns `bytes` in base64, padded with "=".
std::string base64(std::string_view bytes);

// Returns the bytes that base64 or its URL form stands for; nullopt if `text` is neither. The
// padding is optional, and unused bits are ignored.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace slotflow
