// The resource /v1/bookings.
#pragma once

#include "api/resources.h"
#include "web/message.h"

namespace slotflow {

WebResponse create_booking(const WebRequest& request, ApiResources& resources);
WebResponse list_bookings(const WebRequest& request, ApiResources& resources);
WebResponse cancel_booking(const WebRequest& request, ApiResources& resources);

}  // namespace slotflow
