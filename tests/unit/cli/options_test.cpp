#include "cli/options.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;

namespace {

std::size_t size_of(const std::string& text) {
  CLI::App app;
  std::size_t value = 0;
  add_size(app, "--size", value, "");
  app.parse("--size=" + text);
  return value;
}

Header header_of(const std::string& text) {
  CLI::App app;
  std::vector<Header> headers;
  add_headers(app, headers, "");
  app.parse(std::vector<std::string>{text, "--header"});  // in reverse, as CLI11 wants it
  return headers.at(0);
}

}  // namespace

TEST_CASE("options: sizes have units, and a limit") {
  CHECK(size_of("512") == 512);
  CHECK(size_of("512B") == 512);
  CHECK(size_of("1KB") == 1000);
  CHECK(size_of("1KiB") == 1024);
  CHECK(size_of("1MiB") == 1024 * 1024);
  CHECK(size_of("1024MiB") == 1024ull * 1024 * 1024);
  for (const std::string bad : {"1025MiB", "-1", "1.5MiB", "MiB", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(test::thrown([&] { size_of(bad); }) ==
          "USAGE: --size: expected a size up to 1GiB such as 512KiB or 1MiB, got '" + bad + "'");
  }
}

TEST_CASE("options: a list that is repeated is one list, and a single value is the last") {
  CLI::App app;
  std::string list;
  std::string single;
  const auto set = [](std::string& value) {
    return [&](const std::string& text) { value = text; };
  };
  const CLI::Option* of_list = add_list(app, "--list", value::durations(), set(list), "");
  const CLI::Option* of_single = add_text(app, "--single", value::duration(), set(single), "");
  app.parse("--list 1s,2s --single 1s --list 3s --single 2s");
  CHECK(list == "1s,2s,3s");
  CHECK(single == "2s");
  CHECK(takes_several(*of_list));
  CHECK_FALSE(takes_several(*of_single));
  CHECK(test::thrown([&] { app.parse(std::vector<std::string>{"", "--list", "1s", "--list"}); }) ==
        "USAGE: --list: expected a value, got nothing");
}

TEST_CASE("options: numbers are whole, in range, and nothing else") {
  CHECK(parse_number("--n", "0", 0, 5) == 0);
  CHECK(parse_number("--n", "18446744073709551615", 0, UINT64_MAX) == UINT64_MAX);
  for (const std::string bad : {"", "6", "-1", "+1", "1x", " 1", "0x1", "18446744073709551616"}) {
    CAPTURE(bad);
    CHECK(test::thrown([&] { parse_number("--n", bad, 0, 5); }) ==
          "USAGE: --n: expected a number from 0 to 5, got '" + bad + "'");
  }
  CHECK(test::thrown([] { parse_number("--n", "0", 1, UINT64_MAX); }) ==
        "USAGE: --n: expected a number from 1 to 18446744073709551615, got '0'");
}

TEST_CASE("options: a header is a name, a colon and a value without line breaks") {
  CHECK(header_of("A: b") == Header{"A", "b"});
  CHECK(header_of("A:b: c") == Header{"A", "b: c"});
  CHECK(header_of("A:") == Header{"A", ""});
  CHECK(test::thrown([] { header_of("A: b\r\nC: d"); }) ==
        "USAGE: --header: expected 'Name: value', got 'A: b\\x0d\\x0aC: d'");
  CHECK(test::thrown([] { header_of(": b"); }) ==
        "USAGE: --header: expected a name of letters, digits and dashes before the colon, got ': "
        "b'");
  CHECK(test::thrown([] { header_of("A b: c"); }) ==
        "USAGE: --header: expected a name of letters, digits and dashes before the colon, got 'A "
        "b: c'");
  CHECK(
      test::thrown([] { header_of("X-\xc3\x89: c"); }).starts_with("USAGE: --header: expected a "));
  CHECK(header_of("A: b\tc") == Header{"A", "b\tc"});
  CHECK(test::thrown([] { header_of("transfer-encoding: chunked"); }) ==
        "USAGE: --header: transfer-encoding cannot be set: it follows from the request");
}
