#include "domain/script.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

std::string name_of(const ScriptStep& step) {
  return step.fault != nullptr ? std::string(step.fault->name) : std::to_string(*step.status);
}

std::string first(const Script& script, std::uint64_t count) {
  std::string names;
  for (std::uint64_t n = 1; n <= count; ++n) names += name_of(script.at(n)) + " ";
  return names;
}

std::string refused(const std::string& text) {
  return thrown([&] { parse_script("--script", text); });
}

}  // namespace

TEST_CASE("script: one step a request, and the last for ever") {
  CHECK(first(parse_script("--script", "500,timeout,reset-mid,200"), 6) ==
        "500 timeout reset-mid 200 200 200 ");
  CHECK(first(parse_script("--script", "503"), 3) == "503 503 503 ");
}

TEST_CASE("script: a step can be repeated") {
  const Script script = parse_script("--script", "500*2,timeout*3,200");
  CHECK(first(script, 7) == "500 500 timeout timeout timeout 200 200 ");
  CHECK(name_of(script.at(UINT64_MAX)) == "200");
  CHECK(name_of(parse_script("--script", "500*1000000000,200").at(1'000'000'001)) == "200");
}

TEST_CASE("script: a step can have a delay, before or after its repetition") {
  for (const char* text :
       {"200@1s..3s*2,drip@lognormal:80ms,2s*3,204", "200*2@1s..3s,drip*3@lognormal:80ms,2s,204"}) {
    CAPTURE(text);
    const Script script = parse_script("--script", text);
    REQUIRE(script.steps.size() == 3);
    CHECK(script.steps[0].delay == Delay(DurationRange{1s, 3s}));
    CHECK(script.steps[0].repeat == 2);
    CHECK(script.steps[1].delay == Delay(Lognormal{80ms, 2s}));
    CHECK(script.steps[1].repeat == 3);
    CHECK_FALSE(script.steps[2].delay);
    CHECK(script.steps[2].status == 204);
  }
}

TEST_CASE("script: errors name what is wrong") {
  CHECK(refused("500,rset") ==
        "USAGE: --script: expected a status from 200 to 599, timeout, reset, reset-mid, empty, "
        "garbage, "
        "truncate or drip, got 'rset' | hint: did you mean 'reset'?");
  CHECK(refused("") == "USAGE: --script: expected a status from 200 to 599, or a fault, got ''");
  CHECK(refused("200,") ==
        "USAGE: --script: expected a status from 200 to 599, or a fault, got ''");
  CHECK(refused("199") ==
        "USAGE: --script: expected a status from 200 to 599, or a fault, got '199'");
  CHECK(refused("200*0") == "USAGE: --script: expected *N once, from 1 to 1000000000, got '*0'");
  CHECK(refused("200*2*3") == "USAGE: --script: expected *N once, from 1 to 1000000000, got '*3'");
  CHECK(refused("200@1s@2s") == "USAGE: --script: expected one @DELAY, got '@2s'");
  CHECK(refused("200@") ==
        "USAGE: --script: expected a duration such as 10s, or a range such as 1s..5s, got ''");
  CHECK(refused("200@lognormal:1s") ==
        "USAGE: --script: expected lognormal:MEDIAN,P99 with the shorter time first such as "
        "lognormal:80ms,2s, got "
        "'lognormal:1s'");
}

TEST_CASE("script: has a limit") {
  std::string text = "200";
  for (int i = 0; i < 10'000; ++i) text += ",200";
  CHECK(refused(text) == "USAGE: --script: expected at most 10000 steps, got 'more'");
}
