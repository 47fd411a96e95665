#include "domain/zone_file.h"

#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

std::string big(std::int64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
  return bytes;
}

std::string part_header(char version, const std::vector<int>& counts) {
  std::string bytes = "TZif";
  bytes += version + std::string(15, '\0');
  for (const int count : counts) bytes += big(count, 4);
  return bytes;
}

// Two types (-05:00 and -04:00), a change to each, and a footer.
std::string zone_bytes(const std::string& footer = "\nEST5EDT,M3.2.0,M11.1.0\n") {
  // The first part, of which old programs read 32 bits: one type, one leap second.
  return part_header('2', {0, 0, 1, 0, 1, 1}) + std::string(6 + 1 + 8, 'x') +
         part_header('2', {2, 2, 0, 2, 2, 8}) + big(1'000'000, 8) + big(2'000'000, 8) +
         std::string("\1\0", 2) + big(-18'000, 4) + std::string("\0\0", 2) + big(-14'400, 4) +
         "\1\4" + std::string("EST\0EDT\0", 8) + std::string(4, '\0') + footer;
}

std::string shown(const Zone& zone, std::int64_t utc) {
  const auto since_1970 = zone.to_local(from_unix_seconds(utc)).time_since_epoch() - utc * 1s;
  return std::to_string(since_1970 / 1h);
}

}  // namespace

TEST_CASE("zone file: changes, types and the rule at the end") {
  const std::optional<Zone> zone = parse_zone_file("America/New_York", zone_bytes());
  REQUIRE(zone);
  CHECK(zone->name() == "America/New_York");
  CHECK(shown(*zone, -2'000'000'000) == "-5");
  CHECK(shown(*zone, 999'999) == "-5");
  CHECK(shown(*zone, 1'000'000) == "-4");
  CHECK(shown(*zone, 1'782'864'000) == "-4");  // 2026-07-01
  CHECK(shown(*zone, 4'102'444'800) == "-5");  // 2100-01-01
}

TEST_CASE("zone file: without a rule, the last change counts for ever") {
  const std::optional<Zone> zone = parse_zone_file("Test/Zone", zone_bytes("\n\n"));
  REQUIRE(zone);
  CHECK(shown(*zone, 1'500'000) == "-4");
  CHECK(shown(*zone, 1'782'864'000) == "-5");
}

TEST_CASE("zone file: what is not such a file, or is cut") {
  const std::string whole = zone_bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(!parse_zone_file("Test/Zone", whole.substr(0, size)));
  }
  CHECK(!parse_zone_file("Test/Zone", zone_bytes("\nEST5EDT\n")));
  std::string changed = whole;
  changed[0] = 'X';
  CHECK(!parse_zone_file("Test/Zone", changed));
  changed = whole;
  changed[4] = '\0';  // the first version
  CHECK(!parse_zone_file("Test/Zone", changed));
  const std::size_t second = whole.rfind("TZif");
  changed = whole;
  changed[second + 20 + 3 * 4] = '\x7f';  // a number of changes that no file has room for
  CHECK(!parse_zone_file("Test/Zone", changed));
  changed = whole;
  changed[second + 44 + 16] = '\2';  // a type that is not there
  CHECK(!parse_zone_file("Test/Zone", changed));
  changed = whole;
  changed[second + 44] = '\1';  // the first change is after the second one
  CHECK(!parse_zone_file("Test/Zone", changed));
}
