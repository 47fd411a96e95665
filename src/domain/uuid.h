// The written form of UUIDs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/hex.h"

namespace slotflow {

using UuidText = std::array<char, 36>;

// Returns a UUID of version 4 made of 128 random bits, six of which are not used (RFC 9562, section
// 5.4).
inline UuidText uuid_text(std::uint64_t high, std::uint64_t low) {
  high = (high & ~0xf000ULL) | 0x4000U;
  low = (low & ~(3ULL << 62U)) | (2ULL << 62U);
  UuidText text;
  // Writes the last `count` digits of `value`.
  const auto put = [&text](std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = count; i > 0; --i, value >>= 4U) text[at + i - 1] = hex_digit(value);
  };
  put(0, high >> 32U, 8);
  text[8] = '-';
  put(9, high >> 16U, 4);
  text[13] = '-';
  put(14, high, 4);
  text[18] = '-';
  put(19, low >> 48U, 4);
  text[23] = '-';
  put(24, low, 12);
  return text;
}

}  // namespace slotflow
