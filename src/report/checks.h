// What check shows: each check when it has run, and at the end all of them.
#pragma once

#include <span>
#include <string>

#include "domain/check_report.h"
#include "report/style.h"

namespace slotflow {

// The beginning of a run.
struct CheckPlan {
  std::size_t checks = 0;
};

// The checks that were skipped because of `reason` until the end of a run. For text: the other
// formats have each of them.
struct CheckRest {
  std::size_t checks = 0;
  std::string reason;
};

// How much of the results the text has. The other formats always have all.
enum class CheckDetail {
  list,      // only the failed checks and the totals
  reasons,   // also what failed, and how to fix it
  commands,  // also commands that reproduce the failures
};

// The end of a run. `trouble`, unless it is empty, is why the run is incomplete or means little.
// `reason` is why the exit status is not 0; empty if it is.
struct CheckResults {
  CheckSummary summary;
  std::span<const CheckReport> reports;  // must outlive it
  std::string trouble = {};
  std::string reason = {};
  CheckDetail detail = CheckDetail::reasons;
};

// The end of a run in which no check could run.
struct CheckAbort {
  std::string reason;
};

struct CheckCatalogue {
  std::span<const CheckInfo> checks;  // must outlive it
};

std::string text_of(const CheckPlan& plan, const Style& style);  // nothing
std::string text_of(const CheckReport& report, const Style& style);
std::string text_of(const CheckRest& rest, const Style& style);
std::string text_of(const CheckResults& results, const Style& style);
std::string text_of(const CheckAbort& abort, const Style& style);  // nothing: the error follows
std::string text_of(const CheckCatalogue& catalogue, const Style& style);
// An entry of the catalogue: its rule, its remedy and how to run it.
std::string text_of(const CheckInfo& info, const Style& style);

std::string json_of(const CheckPlan& plan);  // nothing
std::string json_of(const CheckReport& report);
std::string json_of(const CheckRest& rest);  // nothing
std::string json_of(const CheckResults& results);
std::string json_of(const CheckAbort& abort);  // nothing
std::string json_of(const CheckCatalogue& catalogue);
std::string json_of(const CheckInfo& info);

std::string tap_of(const CheckPlan& plan);
// A failure that does not count is a TODO, which consumers do not count either.
std::string tap_of(const CheckReport& report);
std::string tap_of(const CheckRest& rest);        // nothing
std::string tap_of(const CheckResults& results);  // only its trouble
std::string tap_of(const CheckAbort& abort);

}  // namespace slotflow
