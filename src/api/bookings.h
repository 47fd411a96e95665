// The resource /v1/bookings.
#pragma once

#include "api/message.h"
#include "api/resources.h"

namespace slotflow {

ApiResponse create_booking(const ApiRequest& request, ApiResources& resources);
ApiResponse list_bookings(const ApiRequest& request, ApiResources& resources);
ApiResponse cancel_booking(const ApiRequest& request, ApiResources& resources);

}  // namespace slotflow
