#include "domain/duration.h"

#include <doctest/doctest.h>

#include "domain/random.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::thrown;

TEST_CASE("duration: valid forms") {
  CHECK(parse_duration("--x", "250ms") == 250ms);
  CHECK(parse_duration("--x", "10s") == 10s);
  CHECK(parse_duration("--x", "5m") == 5min);
  CHECK(parse_duration("--x", "1h30m") == 90min);
  CHECK(parse_duration("--x", "1m1h") == 61min);
  CHECK(parse_duration("--x", "1m500ms") == 60'500ms);
  CHECK(parse_duration("--x", "0") == 0ms);
  CHECK(parse_duration("--x", "300") == 300s);
  CHECK(parse_duration("--x", "1.5") == 1500ms);
  CHECK(parse_duration("--x", "1.5s") == 1500ms);
  CHECK(parse_duration("--x", "0.1s") == 100ms);
  CHECK(parse_duration("--x", "0.000000001h") == 1ms);
  CHECK(parse_duration("--x", "0.3ms") == 1ms);
  CHECK(parse_duration("--x", "007s") == 7s);
}

TEST_CASE("duration: invalid forms are rejected") {
  for (const char* text : {"",    "10x",  "-5s",  "+5s",           "s",    "1e3s", "5s3", "nan",
                           "inf", "1s1s", ".5s",  "1.s",           "1 s",  " 1s",  "1S",  "1h30",
                           "0x5", "1,5s", "1..2", "1.0000000001s", "--5s", "1m1m"}) {
    CAPTURE(text);
    CHECK(thrown([&] { parse_duration("--timeout", text); })
              .starts_with(
                  "USAGE: --timeout: expected a duration such as 250ms, 10s or 1h30m, got '" +
                  std::string(text) + "'"));
  }
  CHECK(thrown([] { parse_duration("--timeout", "1\x1bs"); }) ==
        "USAGE: --timeout: expected a duration such as 250ms, 10s or 1h30m, got '1\\x1bs'");
}

TEST_CASE("duration: ten years at most, for numbers of any size") {
  CHECK(parse_duration("--x", "87600h") == 87600h);
  for (const char* text : {"87600h1ms", "87601h", "18446744073709551617ms",
                           "99999999999999999999999999h", "5124095576030431h", "315360001"}) {
    CAPTURE(text);
    CHECK(thrown([&] { parse_duration("--for", text); }) ==
          "USAGE: --for: expected at most 87600h (10 years), got '" + std::string(text) + "'");
  }
}

TEST_CASE("duration: negative only where it makes sense") {
  CHECK(parse_duration("--skew", "-10m", true) == -10min);
  CHECK(parse_duration("--skew", "+10m", true) == 10min);
  CHECK(parse_duration("--skew", "-0", true) == 0ms);
  CHECK(thrown([] { parse_duration("--skew", "--1s", true); }) ==
        "USAGE: --skew: expected a duration such as -10m, 10s or 1h30m, got '--1s'");
  CHECK(thrown([] { parse_duration("--skew", "-", true); }) ==
        "USAGE: --skew: expected a duration such as -10m, 10s or 1h30m, got '-'");
}

TEST_CASE("duration: ranges") {
  CHECK(parse_duration_range("--delay", "2s") == DurationRange{2s, 2s});
  CHECK(parse_duration_range("--delay", "1s..5s") == DurationRange{1s, 5s});
  CHECK(parse_duration_range("--delay", "0..0") == DurationRange{0s, 0s});
  CHECK(parse_duration_range("--delay", "1.5..2") == DurationRange{1500ms, 2s});
  CHECK(thrown([] { parse_duration_range("--delay", "5s..1s"); }) ==
        "USAGE: --delay: expected a range with its shorter duration first, got '5s..1s'");
  for (const char* text : {"", "..", "1s..", "..5s", "1s...5s", "1s..2s..3s", "1s-5s"}) {
    CAPTURE(text);
    CHECK(thrown([&] { parse_duration_range("--delay", text); })
              .starts_with("USAGE: --delay: expected a duration such as 10s, or a range such as "
                           "1s..5s, got '" +
                           std::string(text) + "'"));
  }
}

TEST_CASE("duration: lists") {
  CHECK(parse_duration_list("--retry-delays", "5m,60m") == std::vector<Duration>{5min, 60min});
  CHECK(parse_duration_list("--retry-delays", "0") == std::vector<Duration>{0ms});
  for (const char* text : {"", ",", "5m,", ",5m", "5m,,60m", "5m, 60m", "5m,x"}) {
    CAPTURE(text);
    CHECK(thrown([&] { parse_duration_list("--retry-delays", text); })
              .starts_with("USAGE: --retry-delays: expected durations such as 5m,60m, got '" +
                           std::string(text) + "'"));
  }
}

TEST_CASE("duration: the form shown is short and exact") {
  CHECK(to_string(0ms) == "0s");
  CHECK(to_string(250ms) == "250ms");
  CHECK(to_string(1500ms) == "1.5s");
  CHECK(to_string(1001ms) == "1.001s");
  CHECK(to_string(10s) == "10s");
  CHECK(to_string(90min) == "1h30m");
  CHECK(to_string(60'500ms) == "1m500ms");
  CHECK(to_string(3601s) == "1h1s");
  CHECK(to_string(-10min) == "-10m");
  CHECK(in_words(47h) == "47h");
  CHECK(in_words(48h) == "2 days");
  CHECK(in_words(498'809h + 14min) == "20783 days");
  CHECK(to_string(Duration::min()) == "-2562047788015h12m55.808s");
}

TEST_CASE("duration: every text shown can be parsed") {
  Random random(1);
  for (int i = 0; i < 5'000; ++i) {
    const auto bound = std::uint64_t{1} << (1 + random.below(38));
    const Duration d(static_cast<Duration::rep>(random.below(bound)));
    CAPTURE(d.count());
    CHECK(parse_duration("--x", to_string(d)) == d);
    CHECK(parse_duration("--x", to_string(-d), true) == -d);
  }
}

TEST_CASE("duration: a positive one is not zero") {
  CHECK(parse_positive_duration("--x", "1ms") == Duration(1));
  CHECK(thrown([] { parse_positive_duration("--x", "0s"); }) ==
        "USAGE: --x: expected a duration above 0, got '0s'");
}
