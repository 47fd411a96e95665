// check, for TAP consumers such as prove: the Test Anything Protocol, version 13.
#pragma once

#include <cstddef>
#include <string>

#include "domain/check_report.h"

namespace slotflow {

std::string tap_plan(std::size_t count);
// A failure that does not count (`counts` is false) is a TODO, which consumers do not count either.
std::string tap_line(std::size_t number, const CheckReport& report, bool counts);
std::string tap_bail_out(const std::string& reason);

}  // namespace slotflow
