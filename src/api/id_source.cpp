#include "api/id_source.h"

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
  const std::lock_guard lock(mutex_);
  if (!random_) return new_signing_secret();
  std::string secret(kSecretPrefix);
  for (std::size_t i = 0; i < kSecretLength; ++i) {
    secret += kSecretCharacters[random_->below(kSecretCharacters.size())];
  }
  return secret;
}

}  // namespace slotflow
