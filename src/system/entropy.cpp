#include "system/entropy.h"

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include <openssl/rand.h>

#include "domain/error.h"

namespace slotflow {
namespace {

void fill(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error(ErrorCode::io_error, "expected random bytes from OpenSSL, got none");
  }
}

}  // namespace

std::string new_signing_secret() {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kLength = 32;
  // Bytes from here up are drawn again: a plain remainder would favour the first letters.
  constexpr std::size_t kFair = 256 / kLetters.size() * kLetters.size();
  const std::string_view prefix = "whsec_";

  std::string secret(prefix);
  unsigned char bytes[kLength];
  while (secret.size() < prefix.size() + kLength) {
    fill(bytes);
    for (const unsigned char byte : bytes) {
      if (byte < kFair && secret.size() < prefix.size() + kLength) {
        secret += kLetters[byte % kLetters.size()];
      }
    }
  }
  return secret;
}

std::string new_uuid() {
  unsigned char bytes[16];
  fill(bytes);
  // RFC 9562, section 5.4: version 4 in the high half of byte 6, the variant 10 atop byte 8.
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);

  std::string uuid;
  for (std::size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    uuid += "0123456789abcdef"[bytes[i] >> 4];
    uuid += "0123456789abcdef"[bytes[i] & 0x0f];
  }
  return uuid;
}

std::uint64_t new_seed() {
  unsigned char bytes[sizeof(std::uint64_t)];
  fill(bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return number % 1'000'000'000'000'000;
}

}  // namespace slotflow
