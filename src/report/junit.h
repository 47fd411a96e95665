// check, for CI systems: JUnit XML (Jenkins' junit-10.xsd).
#pragma once

#include <span>
#include <string>

#include "domain/check_report.h"
#include "domain/timestamp.h"

namespace slotflow {

// Returns a document with a suite for each section. A failure that does not count is a skipped test
// whose message says so, because the format has no third kind. `trouble`, if not empty, is why the
// run is incomplete or means little; it becomes an error in a suite of its own.
std::string junit_xml(std::span<const CheckReport> reports, Timestamp at,
                      const std::string& trouble = {});

}  // namespace slotflow
