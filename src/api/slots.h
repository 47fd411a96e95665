// The resource /v1/humans/:id/slots: when a human can be booked.
#pragma once

#include "api/message.h"
#include "api/resources.h"

namespace slotflow {

ApiResponse list_slots(const ApiRequest& request, ApiResources& resources);

}  // namespace slotflow
