#include "domain/uuid.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("uuid: version and variant take the place of six bits") {
  std::string text = "id ";
  append_uuid(text, 0x0123456789abcdefULL, 0x0123456789abcdefULL);
  CHECK(text == "id 01234567-89ab-4def-8123-456789abcdef");
  text.clear();
  append_uuid(text, ~0ULL, ~0ULL);
  CHECK(text == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}
