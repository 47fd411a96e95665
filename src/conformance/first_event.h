// Why a handler may reject even the first event, if its response shows it.
#pragma once

#include <string_view>

#include "domain/delivery.h"

namespace slotflow::delivery {

// Returns how to fix that; empty if the response does not show it.
std::string_view remedy_for_first(const Reply& reply, const Url& url);

}  // namespace slotflow::delivery
