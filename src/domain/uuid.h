// The written form of UUIDs.
#pragma once

#include <cstdint>
#include <string>

#include "domain/hex.h"

namespace slotflow {

// Appends a UUID of version 4 made of 128 random bits, six of which are not used (RFC 9562, section
// 5.4).
inline void append_uuid(std::string& text, std::uint64_t high, std::uint64_t low) {
  high = (high & ~0xf000ULL) | 0x4000U;
  low = (low & ~(3ULL << 62U)) | (2ULL << 62U);
  append_hex(text, high >> 32U, 8);
  text += '-';
  append_hex(text, high >> 16U, 4);
  text += '-';
  append_hex(text, high, 4);
  text += '-';
  append_hex(text, low >> 48U, 4);
  text += '-';
  append_hex(text, low, 12);
}

}  // namespace slotflow
