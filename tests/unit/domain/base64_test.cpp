#include "domain/base64.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::string_view_literals;

TEST_CASE("base64: encodes by the vectors of RFC 4648") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd\0"sv) == "//79AA==");
}

TEST_CASE("base64: decodes both alphabets, with padding or without") {
  CHECK(base64_decoded("") == "");
  CHECK(base64_decoded("Zm9vYg==") == "foob");
  CHECK(base64_decoded("Zm9vYg") == "foob");
  CHECK(base64_decoded("//79AA==") == "\xff\xfe\xfd\0"sv);
  CHECK(base64_decoded("__79AA") == "\xff\xfe\xfd\0"sv);
  CHECK(base64_decoded("+/-_") == base64_decoded("+/+/"));
  CHECK_FALSE(base64_decoded("Zm 9v").has_value());
  CHECK_FALSE(base64_decoded("Zm=9v").has_value());
  CHECK_FALSE(base64_decoded("é").has_value());
}
