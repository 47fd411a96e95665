#include "store/row_sum.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "store/sqlite.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Sums {
  std::int64_t of(const std::string& values) const {
    return database.number("SELECT history_sum(" + values + ")");
  }
  std::int64_t of_bytes(const std::string& bytes) const {
    Statement statement = database.prepare("SELECT history_sum(?)");
    statement.bind_bytes(1, bytes).step();
    return statement.number(0);
  }

  const TempDir dir;
  const Database database{empty_file(), nullptr};

 private:
  std::string empty_file() const {
    spit(dir.file("sums.db"), "");
    return dir.file("sums.db");
  }
};

}  // namespace

TEST_CASE("row_sum: is the same on every machine and in every version") {
  const Sums sums;
  CHECK(sums.of("") == 0);
  CHECK(sums.of("1") == -7'985'484'646'779'603'974);
  // Texts of 1 to 9 bytes.
  constexpr std::array<std::int64_t, 9> kSums{
      8'410'134'849'865'177'200,  -2'471'741'421'829'025'786, -1'843'626'322'309'381'607,
      -7'265'693'352'906'680'240, -7'555'452'752'208'359'590, -5'687'491'852'059'762'806,
      6'827'265'906'962'449'146,  4'963'427'103'928'969'901,  6'845'760'156'174'959'028};
  for (std::size_t i = 0; i < kSums.size(); ++i) {
    CHECK(sums.of("'" + std::string("abcdefghi", i + 1) + "'") == kSums.at(i));
  }
  CHECK(sums.of("-7, NULL, 'a text of 19 bytes!', x'00ff'") == 7'433'175'060'730'303'428);
}

TEST_CASE("row_sum: depends on the types, the lengths and the order of the values") {
  const Sums sums;
  std::set<std::int64_t> different;
  std::size_t count = 0;
  for (const char* values : {"0",
                             "NULL",
                             "''",
                             "x''",
                             "'0'",
                             "x'30'",
                             "x'00'",
                             "x'0000'",
                             "1",
                             "-1",
                             "48",
                             "1, 2",
                             "2, 1",
                             "12",
                             "'12'",
                             "'1', '2'",
                             "'', '12'",
                             "'12', ''",
                             "'12', NULL",
                             "NULL, '12'",
                             "NULL, NULL",
                             "0, 0",
                             "'12345678'",
                             "'12345678', ''",
                             "'1234567', '8'",
                             "'123456789012345678'",
                             "'1234567890123456', '78'"}) {
    different.insert(sums.of(values));
    ++count;
  }
  CHECK(different.size() == count);
}

TEST_CASE("row_sum: each bit changes it, and of two bits, none undoes the other") {
  const Sums sums;
  for (const std::size_t size : {1U, 7U, 8U, 9U, 40U}) {
    const std::string bytes(size, 'x');
    std::set<std::int64_t> different{sums.of_bytes(bytes)};
    const auto flipped = [](std::string text, std::size_t bit) {
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
      return text;
    };
    std::size_t count = 1;
    for (std::size_t one = 0; one < 8 * size; ++one, ++count) {
      different.insert(sums.of_bytes(flipped(bytes, one)));
      for (std::size_t other = one + 1; other < 8 * size; ++other, ++count) {
        different.insert(sums.of_bytes(flipped(flipped(bytes, one), other)));
      }
    }
    CHECK(different.size() == count);
  }
}
