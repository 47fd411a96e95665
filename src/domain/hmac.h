// The keyed hash under Slotflow's signatures.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// Lower-case hex of HMAC-SHA256 (RFC 2104, FIPS 180-4). Any bytes will do for both.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

}  // namespace slotflow
