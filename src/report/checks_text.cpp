#include <algorithm>

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

std::string headline(const CheckInfo& info, const Style& style) {
  return style.bold(info.id) + " (" + std::string(to_string(info.level)) +
         "): " + std::string(info.title) + "\n";
}

// A line such as "  fix       compare t with the clock"; `text` must be terminal-safe.
std::string item(std::string name, std::string_view text) {
  constexpr std::size_t kIndent = 12;
  std::string lead = "  " + std::move(name);
  lead.resize(kIndent, ' ');
  return lead + wrapped(text, kIndent) + '\n';
}

std::string rule_text(const CheckInfo& info) {
  return item("rule", info.requirement) + item("", "(" + std::string(info.source) + ")");
}

// Returns the id of the first failure with this remedy; empty if that is `report`.
std::string_view same_remedy(std::span<const CheckReport> reports, const CheckReport& report) {
  const auto first = std::ranges::find(reports, report.remedy, &CheckReport::remedy);
  return &*first == &report ? "" : first->info.id;
}

std::string failure_text(std::span<const CheckReport> reports, const CheckReport& report,
                         CheckDetail detail, const Style& style) {
  std::string text = headline(report.info, style);
  text += item("expected", safe_line(report.expected));
  text += item("observed", safe_excerpt(report.observed, kMaxObserved));
  text += rule_text(report.info);
  const std::string_view same = same_remedy(reports, report);
  text += item("fix", same.empty() ? safe_line(report.remedy) : "as for " + std::string(same));
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

std::string text_of(const CheckReport& report, const Style& style) {
  constexpr std::size_t kMarkWidth = 9;
  const std::string id(report.info.id);
  if (report.verdict == CheckVerdict::skipped) {
    return mark(report, style) + "  " +
           wrapped(id + "  " + safe_excerpt(report.observed, kMaxObserved), kMarkWidth) + "\n";
  }
  const std::string line = id + "  " + std::string(report.info.title);
  const std::string duration = elapsed_text(report.duration);
  const bool has_room = fits(line + "  " + duration, kMarkWidth);
  return mark(report, style) + "  " + wrapped(line, kMarkWidth) +
         (has_room ? "  " + style.dim(duration) : "") + "\n";
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
  return headline(info, style) + rule_text(info) + item("fix", info.remedy) +
         "  run it    slotflow-hooks check URL --secret-file FILE --only " + std::string(info.id) +
         "\n";
}

}  // namespace slotflow
