// The resource /v1/humans/:id/slots: when a human can be booked.
#pragma once

#include "api/resources.h"
#include "web/message.h"

namespace slotflow {

WebResponse list_slots(const WebRequest& request, ApiResources& resources);

}  // namespace slotflow
