#include "conformance/redaction.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("redaction: a signature that a handler returned is hidden") {
  Subject subject;
  subject.secret = "whsec_k8J2mQ4xR7vN1pL5tY9w";
  const std::string digits = "ce5d0123456789abcdef0123456789abcdef0123456789abcdef0123456789AB";
  REQUIRE(digits.size() == 64);
  CHECK(without_secrets("401 (\"expected v1=" + digits + "\") for x", subject) ==
        "401 (\"expected v1=<a signature>\") for x");
  CHECK(without_secrets(digits, subject) == "<a signature>");
  CHECK(without_secrets(digits.substr(1), subject) == digits.substr(1));
  CHECK(without_secrets("", subject).empty());
}

TEST_CASE("redaction: without a secret there are no signatures") {
  const std::string digits(64, 'a');
  CHECK(without_secrets(digits, Subject{}) == digits);
}
