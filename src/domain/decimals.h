// Numbers with decimals, as people read them.
#pragma once

#include <string>

namespace slotflow {

std::string with_decimals(double value, int decimals);  // 3.14159 with 2: 3.14

// Returns "99.95 %". Cut, not rounded, so that 100.00 % means all.
std::string percent_text(double percent);

}  // namespace slotflow
