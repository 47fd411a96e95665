#include "report/checks.h"
#include "report/escape.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxObserved = 500;  // characters

std::string mark(const CheckReport& report, const Style& style) {
  switch (report.verdict) {
    case CheckVerdict::passed:
      return style.green("ok     ");
    case CheckVerdict::skipped:
      return style.dim("skipped");
    case CheckVerdict::failed:
      break;
  }
  return report.info.level == Level::must ? style.red("FAILED ") : style.yellow("should ");
}

// The labels of a failure, such as "rule", are in a column of this width.
constexpr std::size_t kLabel = 12;

std::string field(const std::string& label, const std::string& text, const Style& style) {
  const std::string begin = "  " + label + std::string(kLabel - 2 - label.size(), ' ');
  return wrapped(begin + text, style.columns, kLabel) + "\n";
}

std::string headline(const CheckInfo& info, const Style& style) {
  const std::string text = style.bold(info.id) + " (" + std::string(to_string(info.level)) +
                           "): " + std::string(info.title);
  return wrapped(text, style.columns, 2) + "\n";
}

std::string rule_text(const CheckInfo& info, const Style& style) {
  return field("rule", std::string(info.requirement), style) +
         field("", '(' + std::string(info.source) + ')', style);
}

std::string failure_text(const CheckReport& report, const Style& style) {
  std::string text = "\n" + headline(report.info, style);
  text += field("expected", safe_line(report.expected), style);
  text += field("observed", safe_excerpt(report.observed, kMaxObserved), style);
  text += rule_text(report.info, style);
  text += field("fix", safe_line(report.remedy), style);
  // Not indented: the command can contain line breaks of the body, whose bytes are signed.
  if (report.curl) text += "  reproduce\n" + safe_text(*report.curl) + "\n";
  return text;
}

}  // namespace

std::string text_of(const CheckPlan& /*plan*/, const Style& /*style*/) {
  return "";
}

std::string text_of(const CheckAbort& /*abort*/, const Style& /*style*/) {
  return "";
}

std::string text_of(const CheckReport& report, const Style& style) {
  std::string text = mark(report, style) + "  " + std::string(report.info.id) + "  ";
  if (report.verdict == CheckVerdict::skipped) {
    text += style.dim(safe_excerpt(report.observed, kMaxObserved));
  } else {
    text += std::string(report.info.title) + "  " + style.dim(elapsed_text(report.duration));
  }
  constexpr std::size_t kAfterMark = 9;
  return wrapped(text, style.columns, kAfterMark) + "\n";
}

std::string text_of(const CheckResults& results, const Style& style) {
  std::string text;
  for (const CheckReport& report : results.reports) {
    if (report.verdict == CheckVerdict::failed) text += failure_text(report, style);
  }
  const CheckSummary& summary = results.summary;
  const std::size_t all = summary.passed + summary.failed_must + summary.failed_should +
                          summary.skipped + summary.unfinished;
  const std::size_t failures = summary.failed_must + summary.failed_should;
  std::string failed = std::to_string(failures) + " failed";
  if (failures > 0) {
    failed += " (" + std::to_string(summary.failed_must) + " must, " +
              std::to_string(summary.failed_should) + " should)";
    failed = summary.failed_must > 0 ? style.red(failed) : style.yellow(failed);
  }
  return text + "\n" + counted(all, "check", "checks") + ": " + std::to_string(summary.passed) +
         " passed, " + failed + ", " + std::to_string(summary.skipped) + " skipped" +
         (summary.unfinished > 0 ? ", " + std::to_string(summary.unfinished) + " unfinished" : "") +
         "\n";
}

std::string text_of(const CheckCatalogue& catalogue, const Style& style) {
  Table table({"ID", "LEVEL", "WHAT A GOOD HANDLER DOES"});
  for (const CheckInfo& info : catalogue.checks) {
    table.add_row(
        {std::string(info.id), std::string(to_string(info.level)), std::string(info.title)});
  }
  return table.render(style);
}

std::string text_of(const CheckInfo& info, const Style& style) {
  return headline(info, style) + rule_text(info, style) +
         field("fix", std::string(info.remedy), style) +
         "  run it    slotflow-hooks check URL --secret-file FILE --only " + std::string(info.id) +
         "\n";
}

}  // namespace slotflow
