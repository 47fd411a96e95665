#include "report/junit.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

CheckReport junit_report(std::string_view id, CheckVerdict verdict, Level level,
                         std::string observed = "") {
  CheckReport report;
  report.info = {id, "a title", level, "rule", "source", "fix it"};
  if (verdict == CheckVerdict::failed) report.remedy = report.info.remedy;
  report.verdict = verdict;
  report.counts = level == Level::must;
  report.expected = verdict == CheckVerdict::failed ? "2xx" : "";
  report.observed = std::move(observed);
  report.duration = std::chrono::microseconds(1500);
  return report;
}

}  // namespace

TEST_CASE("junit: a suite for each section, exactly") {
  const CheckReport reports[] = {
      junit_report("a.one", CheckVerdict::passed, Level::must),
      junit_report("a.two", CheckVerdict::failed, Level::must, "500 <&> \"x\"\n"),
      junit_report("b.one", CheckVerdict::failed, Level::should, "y"),
      junit_report("b.two", CheckVerdict::skipped, Level::must, "why"),
  };
  const std::string head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"slotflow-hooks.a\" tests=\"2\" failures=\"1\" errors=\"0\" "
      "skipped=\"0\" time=\"0.003\" timestamp=\"2026-03-10T14:05:00\">\n"
      "    <testcase classname=\"slotflow-hooks.a\" name=\"a.one\" time=\"0.002\"/>\n"
      "    <testcase classname=\"slotflow-hooks.a\" name=\"a.two\" time=\"0.002\">\n"
      "      <failure type=\"must\" message=\"expected 2xx, observed 500 &lt;&amp;&gt; "
      "&quot;x&quot;&#10;\">a title&#10;fix it</failure>\n"
      "    </testcase>\n"
      "  </testsuite>\n";
  const Timestamp at = from_unix_seconds(1'773'151'500);
  CHECK(junit_xml(reports, at) ==
        head +
            "  <testsuite name=\"slotflow-hooks.b\" tests=\"2\" failures=\"0\" errors=\"0\" "
            "skipped=\"2\" time=\"0.003\" timestamp=\"2026-03-10T14:05:00\">\n"
            "    <testcase classname=\"slotflow-hooks.b\" name=\"b.one\" time=\"0.002\">\n"
            "      <skipped message=\"should: expected 2xx, observed y\"/>\n"
            "    </testcase>\n"
            "    <testcase classname=\"slotflow-hooks.b\" name=\"b.two\" time=\"0.002\">\n"
            "      <skipped message=\"why\"/>\n"
            "    </testcase>\n"
            "  </testsuite>\n</testsuites>\n");
}

TEST_CASE("junit: a failed should that counts is a failure") {
  CheckReport report = junit_report("a.one", CheckVerdict::failed, Level::should, "x");
  report.counts = true;
  CHECK(junit_xml({&report, 1}, from_unix_seconds(0)).find("<failure type=\"should\"") !=
        std::string::npos);
}

TEST_CASE("junit: a run that did not come to its end says so") {
  CHECK(junit_xml({}, from_unix_seconds(0), "interrupted <early>") ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "  <testsuite name=\"slotflow-hooks.run\" tests=\"1\" failures=\"0\" errors=\"1\" "
        "skipped=\"0\" time=\"0.000\" timestamp=\"1970-01-01T00:00:00\">\n"
        "    <testcase classname=\"slotflow-hooks.run\" name=\"run\" time=\"0.000\">\n"
        "      <error type=\"run\" message=\"interrupted &lt;early&gt;\"/>\n"
        "    </testcase>\n  </testsuite>\n</testsuites>\n");
}

TEST_CASE("junit: what XML cannot hold or a reader would obey becomes visible") {
  const CheckReport reports[] = {
      junit_report("a.b", CheckVerdict::failed, Level::must,
                   "\x1b[2J\xff\xef\xbf\xbf \xf0\x9f\x98\x80 \u202e\u200b\u009b")};
  const std::string text = junit_xml(reports, from_unix_seconds(0));
  CHECK(text.find("observed \\x1b[2J\\xff\xef\xbf\xbd \xf0\x9f\x98\x80 "
                  "\\u{202e}\\u{200b}\\u{9b}\"") != std::string::npos);
}

TEST_CASE("junit: a failure has the command that reproduces it") {
  CheckReport report = junit_report("a.one", CheckVerdict::failed, Level::must, "500");
  report.curl = "curl 'http://a/?b&c' \\\n  --data '{}'";
  const std::string text = junit_xml({&report, 1}, from_unix_seconds(0), "");
  CHECK(text.find(">a title&#10;fix it&#10;&#10;curl 'http://a/?b&amp;c' \\&#10;  --data '{}'"
                  "</failure>") != std::string::npos);
}
