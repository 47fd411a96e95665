// The keyed hash under Slotflow's signatures.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace slotflow {

// Lower-case hex of HMAC-SHA256 (RFC 2104, FIPS 180-4). Any bytes will do for both.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
// The same of several parts, as if they were one message.
std::string hmac_sha256_hex(std::string_view key, std::initializer_list<std::string_view> parts);
// The same, behind what `out` already holds.
void append_hmac_sha256_hex(std::string& out, std::string_view key,
                            std::initializer_list<std::string_view> parts);

}  // namespace slotflow
