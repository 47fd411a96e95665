#include "api/authentication.h"

#include <doctest/doctest.h>

#include "support/api_refused.h"

using namespace slotflow;
using test::refused;

namespace {

bool accepts(const std::string& header, const std::optional<std::string>& key = {}) {
  const std::string error = refused([&] { authenticate(header, key); });
  if (error == "nothing") return true;
  CHECK(error == "401 UNAUTHORIZED: Missing or invalid API key.");
  return false;
}

}  // namespace

TEST_CASE("authentication: without a key, any key of Slotflow's form") {
  CHECK(accepts("Bearer sk_live_abc"));
  CHECK(accepts("bearer sk_live_abc"));
  CHECK_FALSE(accepts(""));
  CHECK_FALSE(accepts("Bearer"));
  CHECK_FALSE(accepts("Bearer sk_live_"));
  CHECK_FALSE(accepts("Bearer sk_test_abc"));
  CHECK_FALSE(accepts("Basic sk_live_abc"));
  CHECK_FALSE(accepts("sk_live_abc"));
}

TEST_CASE("authentication: with a key, only that one") {
  CHECK(accepts("Bearer sk_live_abc", "sk_live_abc"));
  CHECK(accepts("Bearer local", "local"));
  CHECK_FALSE(accepts("Bearer sk_live_abd", "sk_live_abc"));
  CHECK_FALSE(accepts("Bearer sk_live_ab", "sk_live_abc"));
  CHECK_FALSE(accepts("Bearer sk_live_abcsk_live_abc", "sk_live_abc"));
  CHECK_FALSE(accepts("", "sk_live_abc"));
}
