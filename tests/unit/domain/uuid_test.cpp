#include "domain/uuid.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("uuid: version and variant take the place of six bits") {
  const auto text = [](std::uint64_t high, std::uint64_t low) {
    const UuidText uuid = uuid_text(high, low);
    return std::string(uuid.begin(), uuid.end());
  };
  CHECK(text(0x0123456789abcdefULL, 0x0123456789abcdefULL) ==
        "01234567-89ab-4def-8123-456789abcdef");
  CHECK(text(~0ULL, ~0ULL) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}
