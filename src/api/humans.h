// The resource /v1/humans, with the availability of each human.
#pragma once

#include "api/resources.h"
#include "web/message.h"

namespace slotflow {

WebResponse create_human(const WebRequest& request, ApiResources& resources);
WebResponse list_humans(const WebRequest& request, ApiResources& resources);
WebResponse get_human(const WebRequest& request, ApiResources& resources);
WebResponse delete_human(const WebRequest& request, ApiResources& resources);
WebResponse set_human_availability(const WebRequest& request, ApiResources& resources);

}  // namespace slotflow
