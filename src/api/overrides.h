// The resource /v1/humans/:id/overrides: when a human is blocked or open.
#pragma once

#include "api/message.h"
#include "api/resources.h"

namespace slotflow {

ApiResponse create_override(const ApiRequest& request, ApiResources& resources);
ApiResponse list_overrides(const ApiRequest& request, ApiResources& resources);
ApiResponse delete_override(const ApiRequest& request, ApiResources& resources);

}  // namespace slotflow
