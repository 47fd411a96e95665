#include "report/junit.h"

#include <cstdio>
#include <vector>

#include "domain/utf8.h"

namespace slotflow {

namespace {

// Escapes for XML 1.0, which cannot represent most control characters, nor bytes that are not
// UTF-8.
std::string xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = first_character(text);
    const std::size_t length = character ? character->length : 1;
    const char32_t c = character ? character->code_point : 0;
    const bool allowed = c == '\t' || c == '\n' || (c >= 0x20 && c != 0x7f && c < 0xfffe);
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
    } else if (allowed || c >= 0x10000) {
      out += text.substr(0, length);
    } else {
      out += "\xef\xbf\xbd";
    }
    text.remove_prefix(length);
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
