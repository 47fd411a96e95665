#include "api/id_source.h"

#include <string_view>

#include "domain/secret.h"
#include "system/entropy.h"

namespace slotflow {

IdSource::IdSource(std::optional<std::uint64_t> seed) : seed_(seed) {
  restart();
}

void IdSource::restart() {
  const std::lock_guard lock(mutex_);
  if (seed_) random_.emplace(*seed_);
}

std::string IdSource::uuid() {
  const std::lock_guard lock(mutex_);
  return random_ ? random_->uuid() : new_uuid();
}

std::string IdSource::signing_secret() {
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kSize = 32;
  const std::lock_guard lock(mutex_);
  if (!random_) return new_signing_secret();
  std::string secret(kSecretPrefix);
  for (std::size_t i = 0; i < kSize; ++i) secret += kCharacters[random_->below(kCharacters.size())];
  return secret;
}

}  // namespace slotflow
