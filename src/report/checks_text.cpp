#include <algorithm>

#include "report/checks.h"
#include "report/escape.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxObserved = 500;  // characters
constexpr std::size_t kMarkWidth = 9;

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

// Returns the id of the first failure with this remedy; empty if that is `report`.
std::string_view same_remedy(std::span<const CheckReport> reports, const CheckReport& report) {
  const auto first = std::ranges::find(reports, report.remedy, &CheckReport::remedy);
  return &*first == &report ? "" : first->info.id;
}

std::string failure_text(std::span<const CheckReport> reports, const CheckReport& report,
                         CheckDetail detail, const Style& style) {
  std::string text = headline(report.info, style);
  text += field("expected", safe_line(report.expected), style);
  text += field("observed", safe_excerpt(report.observed, kMaxObserved), style);
  text += rule_text(report.info, style);
  const std::string_view same = same_remedy(reports, report);
  text +=
      field("fix", same.empty() ? safe_line(report.remedy) : "as for " + std::string(same), style);
  if (detail != CheckDetail::commands || !report.curl) return text + '\n';
  // Not indented: the command can contain line breaks of the body, whose bytes are signed.
  return text + "  reproduce\n" + safe_text(*report.curl) + "\n\n";
}

// Returns a line for each failed check of this level, below a title.
std::string failed_list(std::span<const CheckReport> reports, Level level, const Style& style) {
  std::string lines;
  for (const CheckReport& report : reports) {
    if (report.verdict != CheckVerdict::failed || report.info.level != level) continue;
    lines += "  " + std::string(report.info.id) + "  " + std::string(report.info.title) + '\n';
  }
  if (lines.empty()) return "";
  const std::string title = "Failed (" + std::string(to_string(level)) + "):";
  return (level == Level::must ? style.red(title) : style.yellow(title)) + '\n' + lines;
}

}  // namespace

std::string text_of(const CheckPlan& /*plan*/, const Style& /*style*/) {
  return "";
}

std::string text_of(const CheckAbort& /*abort*/, const Style& /*style*/) {
  return "";
}

std::string text_of(const CheckRest& rest, const Style& style) {
  const std::string number = rest.checks == 1 ? "" : std::to_string(rest.checks) + " ";
  return wrapped(style.dim("skipped") + "  the remaining " + number +
                     (rest.checks == 1 ? "check: " : "checks: ") +
                     style.dim(safe_excerpt(rest.reason, kMaxObserved)),
                 style.columns, kMarkWidth) +
         "\n";
}

std::string text_of(const CheckReport& report, const Style& style) {
  const std::string id(report.info.id);
  if (report.verdict == CheckVerdict::skipped) {
    return wrapped(mark(report, style) + "  " + id + "  " +
                       style.dim(safe_excerpt(report.observed, kMaxObserved)),
                   style.columns, kMarkWidth) +
           "\n";
  }
  const std::string line = mark(report, style) + "  " + id + "  " + std::string(report.info.title);
  const std::string timed = line + "  " + style.dim(elapsed_text(report.duration));
  const bool has_room = style.columns == 0 || styled_width(timed) <= style.columns;
  return wrapped(has_room ? timed : line, style.columns, kMarkWidth) + "\n";
}

std::string text_of(const CheckResults& results, const Style& style) {
  std::string text;
  if (results.detail != CheckDetail::list) {
    text = "\n";
    for (const CheckReport& report : results.reports) {
      if (report.verdict == CheckVerdict::failed) {
        text += failure_text(results.reports, report, results.detail, style);
      }
    }
  }
  text += failed_list(results.reports, Level::must, style);
  text += failed_list(results.reports, Level::should, style);
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
  return text + counted(all, "check", "checks") + ": " + std::to_string(summary.passed) +
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
