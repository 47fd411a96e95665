#include "conformance/signing_mistakes.h"

#include <set>

#include <doctest/doctest.h>

#include "domain/signature.h"

using namespace slotflow;

namespace {

constexpr std::int64_t kSigned = 1773151500;
constexpr std::string_view kBody = R"({"event":"booking.confirmed"})";

std::string header_of_mistake(const std::string& words) {
  for (const SigningMistake& mistake : signing_mistakes("whsec_c2VjcmV0", kSigned, kBody)) {
    if (mistake.words == words) return mistake.header;
  }
  return "no such mistake";
}

}  // namespace

TEST_CASE("signing_mistakes: every mistake has another signature, and texts") {
  std::set<std::string> headers{sign("whsec_c2VjcmV0", kSigned, kBody)};
  for (const SigningMistake& mistake : signing_mistakes("whsec_c2VjcmV0", kSigned, kBody)) {
    CAPTURE(mistake.words);
    CHECK(headers.insert(mistake.header).second);
    CHECK_FALSE(mistake.remedy.empty());
    CHECK(mistake.words.find("c2VjcmV0") == std::string::npos);
  }
  CHECK(headers.size() > 40);
}

TEST_CASE("signing_mistakes: keys") {
  CHECK(header_of_mistake("with the secret without its whsec_ prefix as key") ==
        sign("c2VjcmV0", kSigned, kBody));
  CHECK(header_of_mistake("with a key that was base64-decoded from the secret") ==
        sign("secret", kSigned, kBody));
  CHECK(header_of_mistake("with an empty key: its secret is not set") == sign("", kSigned, kBody));
}

// From Python's hmac and hashlib.
TEST_CASE("signing_mistakes: other texts, hashes and digits") {
  const std::string start = "t=1773151500,v1=";
  CHECK(header_of_mistake("over the body before t") ==
        start + "8dd7d0ef7c86bdbf9eb676dac9a9c02fd72ecb457e91db6f59ab0027bbebc75d");
  CHECK(header_of_mistake("over the body without t") ==
        start + "9d73174f4d3cb27fe779d5430397fd4ed166f99fc94cce61522a59c4fb659767");
  CHECK(header_of_mistake("with v1 in base64, not hex") ==
        start + "xD1bze2tfOpmrqRQqG9oNTSmCcAE1s7w7FLOA3bWC28=");
  CHECK(header_of_mistake("with HMAC-SHA512, not HMAC-SHA256") ==
        start +
            "c9222f2f427be11ce4028b8ae50202ff4b36986f6a95562a930abc41e00480b883a3076397bd92762f3a9e"
            "97648faf064b1cf6e2af1d10ef7a105a8a61cb7f5b");
  CHECK(header_of_mistake("with SHA-256 of the secret and the text, not HMAC-SHA256") ==
        start + "34c84da3bec4ca398724b306e8af844c99ce57ff0c371dff89b282d7fa3bdf41");
}

TEST_CASE("signing_mistakes: other times") {
  CHECK(header_of_mistake("with t in milliseconds") ==
        sign("whsec_c2VjcmV0", kSigned * 1000, kBody));
  CHECK(header_of_mistake("with a clock that is about 1 hour ahead") ==
        sign("whsec_c2VjcmV0", kSigned + 3600, kBody));
  CHECK(header_of_mistake("with a clock that is about 9 minutes behind") ==
        sign("whsec_c2VjcmV0", kSigned - 540, kBody));
}
