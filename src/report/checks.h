// What check shows: each check when it has run, and at the end all of them.
#pragma once

#include <span>
#include <string>

#include "domain/check_report.h"
#include "report/style.h"

namespace slotflow {

struct CheckResults {
  CheckSummary summary;
  std::span<const CheckReport> reports;  // must outlive it
};

struct CheckCatalogue {
  std::span<const CheckInfo> checks;  // must outlive it
};

std::string text_of(const CheckReport& report, const Style& style);
std::string text_of(const CheckResults& results, const Style& style);
std::string text_of(const CheckCatalogue& catalogue, const Style& style);

std::string json_of(const CheckReport& report);
std::string json_of(const CheckResults& results);
std::string json_of(const CheckCatalogue& catalogue);

}  // namespace slotflow
