#include "domain/suggestion.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "domain/duration.h"
#include "domain/error.h"

using namespace slotflow;

namespace {

// Returns the hint of the error that `call` throws.
template <typename Call>
std::string suggestion_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("suggestion: durations in words, with spaces, and without the last unit") {
  const std::pair<const char*, const char*> kSuggestions[] = {
      {"10min", "10m"},         {"10 s", "10s"},      {"5sec", "5s"},
      {"1m30", "1m30s"},        {"1h30", "1h30m"},    {"1,5s", "1.5s"},
      {"2 Hours", "2h"},        {"1 day", "1d"},      {"1.5 days", "1.5d"},
      {"1 hr 30 min", "1h30m"}, {"250msec", "250ms"}, {"-10min", "-10m"},
      {"10S", "10s"},           {".2", "0.2"},        {".5h", "0.5h"},
      {"1,5", "1.5"},           {"1d12", "1d12h"},
  };
  for (const auto& [written, meant] : kSuggestions) {
    CAPTURE(written);
    CHECK(suggested_duration(written) == meant);
  }
}

TEST_CASE("suggestion: what is no duration, or is fine, has none") {
  for (const char* text :
       {"", "soon", "10", "10parsecs", "s", "1s30", "1m30x", "-", "1..2s", "10s", "1d"}) {
    CAPTURE(text);
    CHECK(suggested_duration(text) == "");
  }
}

TEST_CASE("suggestion: probabilities as percentages") {
  const std::pair<const char*, const char*> kSuggestions[] = {
      {"50%", "0.5"}, {"50 %", "0.5"}, {"0,5", "0.5"},     {"50", "0.5"},  {"100%", "1"},
      {"1%", "0.01"}, {"0%", "0"},     {"101%", ""},       {"-1%", ""},    {"half", ""},
      {"1.5", ""},    {"2", ""},       {"10", "0.1"},      {"2%", "0.02"}, {"nan", ""},
      {"%", ""},      {"", ""},        {"12.5%", "0.125"},
  };
  for (const auto& [written, meant] : kSuggestions) {
    CAPTURE(written);
    CHECK(suggested_probability(written) == meant);
  }
}

TEST_CASE("suggestion: sizes in other spellings") {
  const std::pair<const char*, const char*> kSuggestions[] = {
      {"1mb", "1MB"},     {"1 MB", "1MB"}, {"1M", "1MiB"}, {"512k", "512KiB"}, {"1mib", "1MiB"},
      {"10bytes", "10B"}, {"1MiB", ""},    {"1tb", ""},    {"mb", ""},         {"1.5mb", ""},
  };
  for (const auto& [written, meant] : kSuggestions) {
    CAPTURE(written);
    CHECK(suggested_size(written) == meant);
  }
}

TEST_CASE("suggestion: every error about a duration has one that is a duration") {
  CHECK(suggestion_of([] { parse_duration("--x", "10min"); }) == "did you mean '10m'?");
  CHECK(suggestion_of([] { parse_duration("--x", "-10min"); }) == "");
  CHECK(suggestion_of([] { parse_duration("--x", "-10min", true); }) == "did you mean '-10m'?");
  CHECK(suggestion_of([] { parse_duration("--x", "1m 2m"); }) == "");
  CHECK(suggestion_of([] { parse_duration_range("--x", "1s-5 sec"); }) == "did you mean '1s..5s'?");
  CHECK(suggestion_of([] { parse_duration_range("--x", "1s..5sec"); }) == "did you mean '1s..5s'?");
  CHECK(suggestion_of([] { parse_duration_range("--x", "5sec"); }) == "did you mean '5s'?");
  CHECK(suggestion_of([] { parse_duration_range("--x", "1s..soon"); }) == "");
  CHECK(suggestion_of([] { parse_duration_list("--x", "5min, 60m"); }) == "did you mean '5m,60m'?");
  CHECK(suggestion_of([] { parse_duration_list("--x", "5min,soon"); }) == "");
}
