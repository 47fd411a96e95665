#include <doctest/doctest.h>

#include "report/checks.h"
#include "unit/report/samples.h"

using namespace slotflow;

namespace {

CheckReport text_report(CheckVerdict verdict, Level level = Level::must) {
  CheckReport report;
  report.info = {"signature.stale",  "rejects an old t",        level, "Receivers reject an old t.",
                 "Slotflow's guide", "compare t with the clock"};
  if (verdict == CheckVerdict::failed) report.remedy = report.info.remedy;
  report.verdict = verdict;
  report.observed = verdict == CheckVerdict::passed ? "" : "200 OK";
  report.expected = verdict == CheckVerdict::failed ? "a 4xx status" : "";
  report.duration = std::chrono::microseconds(1500);
  return report;
}

}  // namespace

TEST_CASE("checks as text: a line for each verdict") {
  const Style plain;
  CHECK(text_of(text_report(CheckVerdict::passed), plain) ==
        "ok       signature.stale  rejects an old t  1.5 ms\n");
  CHECK(text_of(text_report(CheckVerdict::failed), plain) ==
        "FAILED   signature.stale  rejects an old t  1.5 ms\n");
  CHECK(text_of(text_report(CheckVerdict::failed, Level::should), plain) ==
        "should   signature.stale  rejects an old t  1.5 ms\n");
  CHECK(text_of(text_report(CheckVerdict::skipped), plain) == "skipped  signature.stale  200 OK\n");
  CHECK(text_of(CheckRest{86, "it has\nstopped"}, plain) ==
        "skipped  the remaining 86 checks: it has\\nstopped\n");
  CHECK(text_of(CheckRest{1, "it has stopped"}, plain) ==
        "skipped  the remaining check: it has stopped\n");
}

TEST_CASE("checks as text: lines fit the terminal") {
  CheckReport report = text_report(CheckVerdict::passed);
  report.info.title = "accepts an event although its title fills the whole line of text";
  report.duration = std::chrono::microseconds(1500);
  CHECK(text_of(report, Style{.columns = 80}) ==
        "ok       signature.stale  accepts an event although its title fills the whole\n"
        "         line of text\n");
  report.info.title = "accepts an event with a title without room for a time";
  CHECK(text_of(report, Style{.columns = 80}) ==
        "ok       signature.stale  accepts an event with a title without room for a time\n");
  report = text_report(CheckVerdict::skipped);
  report.observed = "the handler does not accept valid events (500 Internal Server Error)";
  CHECK(text_of(report, Style{.columns = 80}) ==
        "skipped  signature.stale  the handler does not accept valid events (500 Internal\n"
        "         Server Error)\n");
}

TEST_CASE("checks as text: each failure with its fix, then the list of failures") {
  CheckReport failed = text_report(CheckVerdict::failed);
  failed.curl = "curl 'http://a/' \\\n  --data '{\n}'";
  failed.remedy = "compare t with the clock, and reject an event if the difference is large";
  const CheckReport reports[] = {text_report(CheckVerdict::failed, Level::should),
                                 text_report(CheckVerdict::passed), failed};
  const std::string should =
      "signature.stale (should): rejects an old t\n"
      "  expected  a 4xx status\n"
      "  observed  200 OK\n"
      "  rule      Receivers reject an old t.\n"
      "            (Slotflow's guide)\n"
      "  fix       compare t with the clock\n";
  const std::string must =
      "signature.stale (must): rejects an old t\n"
      "  expected  a 4xx status\n"
      "  observed  200 OK\n"
      "  rule      Receivers reject an old t.\n"
      "            (Slotflow's guide)\n"
      "  fix       compare t with the clock, and reject an event if the difference is\n"
      "            large\n";
  const std::string end =
      "Failed (must):\n"
      "  signature.stale  rejects an old t\n"
      "Failed (should):\n"
      "  signature.stale  rejects an old t\n"
      "0 checks: 0 passed, 0 failed, 0 skipped\n";
  CHECK(text_of(CheckResults{{}, reports}, Style{.columns = 80}) ==
        "\n" + should + "\n" + must + "\n" + end);
  CHECK(text_of(CheckResults{{}, reports, "", "", CheckDetail::commands}, Style{.columns = 80}) ==
        "\n" + should + "\n" + must + "  reproduce\ncurl 'http://a/' \\\n  --data '{\n}'\n\n" +
            end);
  CHECK(text_of(CheckResults{{}, reports, "", "", CheckDetail::list}, Style{.columns = 80}) == end);
}

TEST_CASE("checks as text: a remedy is not repeated") {
  CheckReport other = text_report(CheckVerdict::failed);
  other.info.id = "signature.other";
  const CheckReport reports[] = {text_report(CheckVerdict::failed), other};
  const std::string text = text_of(CheckResults{{}, reports}, Style{});
  CHECK(text.find("signature.stale (must): rejects an old t\n") < text.find("  fix       compare"));
  CHECK(text.find("  fix       as for signature.stale\n\nFailed (must):\n") != std::string::npos);
}

TEST_CASE("checks as text: the explanation of a check") {
  CHECK(text_of(text_report(CheckVerdict::passed).info, Style{}) ==
        "signature.stale (must): rejects an old t\n"
        "  rule      Receivers reject an old t.\n"
        "            (Slotflow's guide)\n"
        "  fix       compare t with the clock\n"
        "  run it    slotflow-hooks check URL --secret-file FILE --only signature.stale\n");
}

TEST_CASE("checks as text: the summary") {
  CheckSummary summary;
  for (const auto& [verdict, level] :
       {std::pair(CheckVerdict::passed, Level::must), std::pair(CheckVerdict::failed, Level::must),
        std::pair(CheckVerdict::failed, Level::should),
        std::pair(CheckVerdict::skipped, Level::must)}) {
    summary.count(text_report(verdict, level));
  }
  CHECK(text_of(CheckResults{summary, {}}, Style{}) ==
        "\n4 checks: 1 passed, 2 failed (1 must, 1 should), 1 skipped\n");
  summary.unfinished = 2;
  CHECK(text_of(CheckResults{summary, {}}, Style{}) ==
        "\n6 checks: 1 passed, 2 failed (1 must, 1 should), 1 skipped, 2 unfinished\n");
}

TEST_CASE("checks as text: what a handler says cannot control the terminal") {
  CheckReport report = text_report(CheckVerdict::failed);
  report.observed = test::hostile_text();
  CHECK(test::danger_in(text_of(report, Style{})) == "");
  CHECK(test::danger_in(text_of(CheckResults{{}, {&report, 1}}, Style{})) == "");
}
