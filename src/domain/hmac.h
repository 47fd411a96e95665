// The keyed hash of Slotflow's signatures. Throws Error{io_error} if OpenSSL fails. Thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace slotflow {

// Returns HMAC-SHA256 (RFC 2104, FIPS 180-4) in lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
// As above, for a message in several parts.
std::string hmac_sha256_hex(std::string_view key, std::initializer_list<std::string_view> parts);
// As above, appended to `out`.
void append_hmac_sha256_hex(std::string& out, std::string_view key,
                            std::initializer_list<std::string_view> parts);

}  // namespace slotflow
