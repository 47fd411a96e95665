// check, for people: a line for each check, and at the end each failure and how to fix it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/check_report.h"
#include "report/style.h"

namespace slotflow {

// All texts are terminal-safe, and every line ends with a newline.

std::string check_line(const CheckReport& report, const Style& style);
std::string check_failures_text(std::span<const CheckReport> reports, const Style& style);
std::string check_summary_text(const CheckSummary& summary, const Style& style);
std::string check_catalogue_text(std::span<const CheckInfo> checks, const Style& style);
std::string check_explanation_text(const CheckInfo& info, const Style& style);

}  // namespace slotflow
