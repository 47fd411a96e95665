#include "api/id_source.h"

#include <doctest/doctest.h>

#include "domain/secret.h"

using namespace slotflow;

TEST_CASE("id_source: equal seeds give equal ids and secrets, others do not") {
  IdSource one(7), same(7), other(8), random(std::nullopt), random_too(std::nullopt);
  const std::string id = one.uuid();
  const std::string secret = one.signing_secret();
  CHECK(id == same.uuid());
  CHECK(secret == same.signing_secret());
  CHECK(id != other.uuid());
  CHECK(secret != other.signing_secret());
  CHECK(random.uuid() != random_too.uuid());
  CHECK(random.signing_secret() != random_too.signing_secret());
  for (const std::string& text : {secret, random.signing_secret()}) {
    CHECK(text.size() == kSecretPrefix.size() + 32);
    CHECK(text.starts_with(kSecretPrefix));
  }
}
