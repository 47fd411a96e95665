#include "api/authentication.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

bool accepts(const std::string& header, const std::optional<std::string>& key = {}) {
  const std::string error = thrown([&] { authenticate(header, key); });
  if (error == "nothing") return true;
  CHECK(error == "UNAUTHORIZED: Missing or invalid API key.");
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
