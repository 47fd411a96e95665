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
  out.resize(out.size() + count);
  char* digit = out.data() + out.size();
  for (unsigned i = 0; i < count; ++i, value >>= 4U) *--digit = hex_digit(value);
}

}  // namespace slotflow
