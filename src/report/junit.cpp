#include "report/junit.h"

#include <cstdio>
#include <vector>

#include "report/escape.h"

namespace slotflow {

namespace {

// Escapes for XML 1.0. It cannot represent most control characters, and what it can represent would
// reach the reader's screen: safe_text() makes all of them visible.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : safe_text(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n') {
      out += "&#10;";
    } else {
      out += c;
    }
  }
  // XML does not allow U+FFFE and U+FFFF, which no text needs.
  for (const std::string_view noncharacter : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (auto at = out.find(noncharacter); at != std::string::npos; at = out.find(noncharacter)) {
      out.replace(at, noncharacter.size(), "\xef\xbf\xbd");
    }
  }
  return out;
}

std::string seconds_text(std::chrono::microseconds duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(duration.count()) / 1e6);
  return text;
}

std::string test_case(const CheckReport& report) {
  std::string text = "    <testcase classname=\"slotflow-hooks." + xml(report.info.section()) +
                     "\" name=\"" + xml(report.info.id) + "\" time=\"" +
                     seconds_text(report.duration) + "\"";
  if (report.verdict == CheckVerdict::passed) return text + "/>\n";
  text += ">\n";
  const std::string found = "expected " + report.expected + ", observed " + report.observed;
  if (report.is_failure()) {
    text += "      <failure type=\"" + std::string(to_string(report.info.level)) + "\" message=\"" +
            xml(found) + "\">" + xml(report.info.title) + "&#10;" + xml(report.remedy) +
            (report.curl ? "&#10;&#10;" + xml(*report.curl) : "") + "</failure>\n";
  } else {
    const bool failed = report.verdict == CheckVerdict::failed;
    text +=
        "      <skipped message=\"" + xml(failed ? "should: " + found : report.observed) + "\"/>\n";
  }
  return text + "    </testcase>\n";
}

struct Suite {
  std::string_view section;
  std::string cases;
  std::size_t tests = 0, failures = 0, skipped = 0;
  std::chrono::microseconds duration{0};
};

}  // namespace

std::string junit_xml(std::span<const CheckReport> reports, Timestamp at,
                      const std::string& trouble) {
  std::vector<Suite> suites;
  for (const CheckReport& report : reports) {
    if (suites.empty() || suites.back().section != report.info.section()) {
      suites.emplace_back().section = report.info.section();
    }
    Suite& suite = suites.back();
    suite.cases += test_case(report);
    ++suite.tests;
    const bool failed = report.is_failure();
    if (failed) ++suite.failures;
    if (!failed && report.verdict != CheckVerdict::passed) ++suite.skipped;
    suite.duration += report.duration;
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  const std::string timestamp = to_iso8601(at).substr(0, 19);  // the format of the schema
  for (const Suite& suite : suites) {
    text += "  <testsuite name=\"slotflow-hooks." + xml(suite.section) + "\" tests=\"" +
            std::to_string(suite.tests) + "\" failures=\"" + std::to_string(suite.failures) +
            "\" errors=\"0\" skipped=\"" + std::to_string(suite.skipped) + "\" time=\"" +
            seconds_text(suite.duration) + "\" timestamp=\"" + timestamp + "\">\n" + suite.cases +
            "  </testsuite>\n";
  }
  if (!trouble.empty()) {
    text +=
        "  <testsuite name=\"slotflow-hooks.run\" tests=\"1\" failures=\"0\" errors=\"1\" "
        "skipped=\"0\" time=\"0.000\" timestamp=\"" +
        timestamp +
        "\">\n    <testcase classname=\"slotflow-hooks.run\" name=\"run\" time=\"0.000\">\n"
        "      <error type=\"run\" message=\"" +
        xml(trouble) + "\"/>\n    </testcase>\n  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace slotflow
