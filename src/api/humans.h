// The resource /v1/humans, with the availability of each human.
#pragma once

#include "api/message.h"
#include "api/resources.h"

namespace slotflow {

ApiResponse create_human(const ApiRequest& request, ApiResources& resources);
ApiResponse list_humans(const ApiRequest& request, ApiResources& resources);
ApiResponse get_human(const ApiRequest& request, ApiResources& resources);
ApiResponse delete_human(const ApiRequest& request, ApiResources& resources);
ApiResponse set_human_availability(const ApiRequest& request, ApiResources& resources);

}  // namespace slotflow
