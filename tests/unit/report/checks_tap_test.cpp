#include <utility>

#include <doctest/doctest.h>

#include "report/checks.h"

using namespace slotflow;

namespace {

CheckReport tap_report(std::size_t number, CheckVerdict verdict, std::string observed) {
  CheckReport report;
  report.info = {"payload.x", "accepts x", Level::should, "rule", "source", "fix it"};
  if (verdict == CheckVerdict::failed) report.remedy = report.info.remedy;
  report.number = number;
  report.verdict = verdict;
  report.expected = "2xx";
  report.observed = std::move(observed);
  return report;
}

}  // namespace

TEST_CASE("tap: a plan, and a line for each check") {
  CHECK(tap_of(CheckPlan{3}) == "TAP version 13\n1..3\n");
  CHECK(tap_of(tap_report(1, CheckVerdict::passed, "")) == "ok 1 - payload.x accepts x\n");
  CHECK(tap_of(tap_report(2, CheckVerdict::skipped, "no\nsecret")) ==
        "ok 2 - payload.x accepts x # SKIP no\\nsecret\n");
  CHECK(tap_of(tap_report(3, CheckVerdict::failed, "a \"b\"\n# c")) ==
        "not ok 3 - payload.x accepts x\n"
        "  ---\n"
        "  level: \"should\"\n"
        "  expected: \"2xx\"\n"
        "  observed: \"a \\\"b\\\"\\n# c\"\n"
        "  remedy: \"fix it\"\n"
        "  source: \"source\"\n"
        "  ...\n");
}

TEST_CASE("tap: what does not count is a TODO") {
  CheckReport report = tap_report(1, CheckVerdict::failed, "x");
  report.counts = false;
  CHECK(tap_of(report).starts_with("not ok 1 - payload.x accepts x # TODO should\n"));
}

TEST_CASE("tap: a run that is incomplete bails out") {
  CHECK(tap_of(CheckAbort{"interrupted"}) == "Bail out! interrupted\n");
  CHECK(tap_of(CheckResults{{}, {}, "interrupted"}) == "Bail out! interrupted\n");
  CHECK(tap_of(CheckResults{}) == "");
}
