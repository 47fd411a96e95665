#include "domain/secret.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

std::string oddness(std::string_view secret) {
  return odd_secret(secret).value_or("nothing");
}

// Returns what the damaged secret may have been, last guess first.
std::string repaired(std::string_view secret) {
  const auto guesses = repaired_secrets(secret);
  return guesses.empty() ? "nothing" : guesses.back().damage + ": " + guesses.back().secret;
}

}  // namespace

TEST_CASE("secret: a masked secret identifies the secret without revealing it") {
  CHECK(masked_secret("whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f") == "whsec_k8J2...");
  CHECK(masked_secret("k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f") == "k8J2...");
  CHECK(masked_secret("whsec_k8J2mN4") == "whsec_...");
  CHECK(masked_secret("whsec_" + std::string(15, 'a')) == "whsec_...");
  CHECK(masked_secret("whsec_" + std::string(16, 'a')) == "whsec_aaaa...");
  CHECK(masked_secret("hunter2") == "...");
  CHECK(masked_secret("") == "...");
  CHECK(masked_secret("whsec_abcë12345678901234567890") == "whsec_abc...");
}

TEST_CASE("secret: what does not look like an issued secret is described") {
  CHECK(oddness("whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f") == "nothing");
  CHECK(oddness("whsec_test") == "nothing");
  CHECK(oddness("whsec_a=b") == "nothing");
  for (const std::string_view quoted : {"\"whsec_a\"", "'whsec_a'", "`whsec_a`", "\"whsec_a",
                                        "whsec_a'", "“whsec_a”", "NAME='whsec_a'"}) {
    CAPTURE(quoted);
    CHECK(oddness(quoted) == "is in quotes");
  }
  CHECK(oddness("NAME=whsec_a") == "begins with NAME=");
  CHECK(oddness("SLOTFLOW_WEBHOOK_SECRET=whsec_a") == "begins with NAME=");
  for (const std::string_view masked : {"whsec_k8J2...", "whsec_k8J2…", "whsec_****", "••••••••"}) {
    CAPTURE(masked);
    CHECK(oddness(masked) == "is a masked secret, such as list shows");
  }
  for (const std::string_view variable :
       {"$SECRET", "${SECRET}", "$(cat", "{{secret}}", "%SECRET%", "<secret>"}) {
    CAPTURE(variable);
    CHECK(oddness(variable) == "is a variable or a placeholder that was not replaced");
  }
  for (const std::string_view other : {"\xef\xbb\xbfwhsec_a", "whsec_a\u200b", "\u00a0whsec_a"}) {
    CAPTURE(other);
    CHECK(oddness(other) == "has characters that are not ASCII, which can be invisible");
  }
  CHECK(oddness("hunter2") == "does not start with whsec_");
  CHECK(oddness("WHSEC_a") == "does not start with whsec_");
  CHECK(oddness("c2VjcmV0LWtleQ==") == "does not start with whsec_");
  CHECK(oddness("") == "does not start with whsec_");
  CHECK(oddness("whsec_") == "is the prefix whsec_ alone");
  CHECK(oddness("whsec_whsec_a") == "starts with whsec_ twice");
  CHECK(oddness("whsec_a,") == "ends with a comma or semicolon");
  for (const std::string_view other : {"whsec_a\\n", "whsec_a.", "whsec_a%0A", "whsec_(a)"}) {
    CAPTURE(other);
    CHECK(oddness(other) == "has a character other than letters, digits and _ - + / =");
  }
  CHECK(oddness("whsec_aB3-_+/=") == "nothing");
}

TEST_CASE("secret: a damaged secret is repaired, step by step") {
  CHECK(repaired("whsec_a") == "nothing");
  CHECK(repaired("hunter2") == "nothing");
  CHECK(repaired("whsec_k8J2...") == "nothing");
  CHECK(repaired("\"\"") == "nothing");
  CHECK(repaired("'whsec_a'") == "is in quotes: whsec_a");
  CHECK(repaired("whsec_a\\n") ==
        "has a character other than letters, digits and _ - + / =: whsec_a");
  CHECK(repaired("(whsec_a)") == "does not start with whsec_: whsec_a");
  CHECK(repaired("secret:whsec_a") == "does not start with whsec_: whsec_a");
  CHECK(repaired("“whsec_a”") == "is in quotes: whsec_a");
  CHECK(repaired("NAME=whsec_a") == "begins with NAME=: whsec_a");
  CHECK(repaired("NAME=\"whsec_a\";") == "is in quotes: whsec_a");
  CHECK(repaired("\xef\xbb\xbfwhsec_a") ==
        "has characters that are not ASCII, which can be invisible: whsec_a");
  CHECK(repaired("whsec_whsec_a") == "starts with whsec_ twice: whsec_a");
  CHECK(repaired("whsec_a,") == "ends with a comma or semicolon: whsec_a");
}
