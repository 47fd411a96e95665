// What commands that deliver say when they end.
#pragma once

#include "cli/context.h"
#include "send/delivery.h"

namespace slotflow {

// Gives a notice of the deliveries that were abandoned because of an interrupt, a few of them by
// their URLs. Returns whether there are some.
bool tell_unfinished(const DeliveryResult& result, const Context& context);

}  // namespace slotflow
