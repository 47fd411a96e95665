// Hexadecimal digits in lower case.
#pragma once

#include <cstdint>
#include <string>

namespace slotflow {

// Returns the digit of the lowest four bits of `value`.
constexpr char hex_digit(std::uint64_t value) {
  return "0123456789abcdef"[value & 0xfU];
}

// Appends the last `count` digits of `value`.
inline void append_hex(std::string& out, std::uint64_t value, unsigned count) {
  for (unsigned shift = 4 * count; shift > 0; shift -= 4) out += hex_digit(value >> (shift - 4));
}

}  // namespace slotflow
