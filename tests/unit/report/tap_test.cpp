#include "report/tap.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

CheckReport report_of(CheckVerdict verdict, std::string observed) {
  CheckReport report;
  report.info = {"payload.x", "accepts x", Level::should, "rule", "source", "fix it"};
  if (verdict == CheckVerdict::failed) report.remedy = report.info.remedy;
  report.verdict = verdict;
  report.expected = "2xx";
  report.observed = std::move(observed);
  return report;
}

}  // namespace

TEST_CASE("tap: a plan, and a line for each check") {
  CHECK(tap_plan(3) == "TAP version 13\n1..3\n");
  CHECK(tap_line(1, report_of(CheckVerdict::passed, ""), true) == "ok 1 - payload.x accepts x\n");
  CHECK(tap_line(2, report_of(CheckVerdict::skipped, "no\nsecret"), true) ==
        "ok 2 - payload.x accepts x # SKIP no\\nsecret\n");
  CHECK(tap_line(3, report_of(CheckVerdict::failed, "a \"b\"\n# c"), true) ==
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
  CHECK(tap_line(1, report_of(CheckVerdict::failed, "x"), false)
            .starts_with("not ok 1 - payload.x accepts x # TODO should\n"));
  CHECK(tap_bail_out("interrupted") == "Bail out! interrupted\n");
}
