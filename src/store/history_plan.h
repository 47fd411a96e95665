// The JSON of the history's column `plan`: how a delivery is made.
#pragma once

#include <string>
#include <string_view>

#include "domain/history.h"

namespace slotflow {

std::string dump_plan(const DeliveryPlan& plan);

// Throws SqliteError{SQLITE_CORRUPT} if the text is not such a plan.
DeliveryPlan parse_plan(std::string_view text);

}  // namespace slotflow
