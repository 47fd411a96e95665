#include "system/entropy.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("entropy: a signing secret is whsec_ and 32 letters and digits, never twice the same") {
  std::set<std::string> seen;
  std::set<char> letters;
  for (int i = 0; i < 1000; ++i) {
    const std::string secret = new_signing_secret();
    REQUIRE(secret.size() == 38);
    REQUIRE(secret.starts_with("whsec_"));
    const std::string drawn = secret.substr(6);
    REQUIRE(drawn.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789") == std::string::npos);
    letters.insert(drawn.begin(), drawn.end());
    seen.insert(secret);
  }
  CHECK(seen.size() == 1000);
  CHECK(letters.size() == 62);
}

TEST_CASE("entropy: a UUID has the form and the bits of version 4, and is never twice the same") {
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = new_uuid();
    REQUIRE(uuid.size() == 36);
    for (std::size_t at = 0; at < uuid.size(); ++at) {
      const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
      const bool hex = std::string("0123456789abcdef").find(uuid[at]) != std::string::npos;
      REQUIRE((dash ? uuid[at] == '-' : hex));
    }
    REQUIRE(uuid[14] == '4');
    variants.insert(uuid[19]);
    seen.insert(uuid);
  }
  CHECK(seen.size() == 1000);
  CHECK(variants == std::set<char>{'8', '9', 'a', 'b'});
}

TEST_CASE("entropy: a seed fits into a number of JavaScript, and is not repeated") {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(new_seed());
  CHECK(*seen.rbegin() < 1'000'000'000'000'000);
  CHECK(*seen.rbegin() > 900'000'000'000'000);
  CHECK(seen.size() == 1000);
}
