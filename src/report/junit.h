// check, for CI systems: JUnit's XML as they read it (Jenkins' junit-10.xsd).
#pragma once

#include <span>
#include <string>

#include "domain/check_report.h"
#include "domain/timestamp.h"

namespace slotflow {

// A suite for each section. Failures that do not count (should, unless `strict`) are skipped tests
// that say so: consumers know no third kind. `trouble`, unless it is empty, is why not all checks
// were run; it becomes an error of a suite of its own.
std::string junit_xml(std::span<const CheckReport> reports, Timestamp at, bool strict,
                      const std::string& trouble = {});

}  // namespace slotflow
