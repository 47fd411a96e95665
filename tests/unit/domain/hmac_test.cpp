#include "domain/hmac.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("hmac: the test cases of RFC 4231") {
  CHECK(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256_hex(std::string(131, '\xaa'),
                        "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("hmac: an empty key and an empty message are bytes like others") {
  const std::string_view none;
  CHECK(hmac_sha256_hex(none, none) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("hmac: the key before is not kept longer than it should be") {
  const std::string jefe = hmac_sha256_hex("Jefe", "what do ya want for nothing?");
  const std::string empty = hmac_sha256_hex("", "what do ya want for nothing?");
  CHECK(jefe != empty);
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") == jefe);
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") == jefe);
  CHECK(hmac_sha256_hex("", "what do ya want for nothing?") == empty);
  CHECK(hmac_sha256_hex("", "what do ya want for nothing?") == empty);
  CHECK(hmac_sha256_hex("jefe", "what do ya want for nothing?") != jefe);
  CHECK(hmac_sha256_hex("Jefe", {"what do ya want", "", " for nothing?"}) == jefe);
}
