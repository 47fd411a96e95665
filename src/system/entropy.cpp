#include "system/entropy.h"

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include <sys/random.h>

#include "domain/error.h"
#include "domain/secret.h"
#include "domain/uuid.h"

namespace slotflow {
namespace {

void fill(std::span<unsigned char> bytes) {
  // OpenSSL's generator would first take two milliseconds to get ready.
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    throw Error(ErrorCode::io_error, "cannot get random bytes from the system");
  }
}

std::uint64_t random_number() {
  unsigned char bytes[sizeof(std::uint64_t)];
  fill(bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

}  // namespace

std::string new_signing_secret() {
  // Larger bytes are skipped: a plain remainder would favour the first letters.
  constexpr std::size_t kFair = 256 / kSecretCharacters.size() * kSecretCharacters.size();

  std::string secret(kSecretPrefix);
  unsigned char bytes[kSecretLength];
  while (secret.size() < kSecretPrefix.size() + kSecretLength) {
    fill(bytes);
    for (const unsigned char byte : bytes) {
      if (byte < kFair && secret.size() < kSecretPrefix.size() + kSecretLength) {
        secret += kSecretCharacters[byte % kSecretCharacters.size()];
      }
    }
  }
  return secret;
}

std::string new_uuid() {
  const std::uint64_t high = random_number();
  const UuidText text = uuid_text(high, random_number());
  return {text.begin(), text.end()};
}

std::uint64_t new_seed() {
  return random_number() % 1'000'000'000'000'000;
}

}  // namespace slotflow
