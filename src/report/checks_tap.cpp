#include "report/checks.h"
#include "report/json_line.h"

namespace slotflow {

namespace {

// Ids and titles must not contain '#', which begins a directive.
std::string description(const CheckInfo& info) {
  return std::string(info.id) + " " + std::string(info.title);
}

std::string directive_text(const std::string& text) {
  std::string out;
  append_json_string(out, text);  // escapes line breaks
  return out.substr(1, out.size() - 2);
}

// YAML; its double-quoted strings are those of JSON.
std::string diagnostics(const CheckReport& report) {
  const auto line = [](const std::string& name, std::string_view value) {
    std::string out = "  " + name + ": ";
    append_json_string(out, value);
    return out + "\n";
  };
  return "  ---\n" + line("level", to_string(report.info.level)) +
         line("expected", report.expected) + line("observed", report.observed) +
         line("remedy", report.remedy) + line("source", report.info.source) + "  ...\n";
}

}  // namespace

std::string tap_of(const CheckPlan& plan) {
  return "TAP version 13\n1.." + std::to_string(plan.checks) + "\n";
}

std::string tap_of(const CheckReport& report) {
  const bool failed = report.verdict == CheckVerdict::failed;
  std::string text = (failed ? "not ok " : "ok ") + std::to_string(report.number) + " - " +
                     description(report.info);
  if (report.verdict == CheckVerdict::skipped) text += " # SKIP " + directive_text(report.observed);
  if (failed && !report.counts) text += " # TODO should";
  text += "\n";
  return failed ? text + diagnostics(report) : text;
}

std::string tap_of(const CheckRest& /*rest*/) {
  return "";
}

std::string tap_of(const CheckResults& results) {
  return results.trouble.empty() ? "" : tap_of(CheckAbort{results.trouble});
}

std::string tap_of(const CheckAbort& abort) {
  return "Bail out! " + directive_text(abort.reason) + "\n";
}

}  // namespace slotflow
