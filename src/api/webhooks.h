// The resource /v1/webhooks: the webhooks of the store, within its plan.
#pragma once

#include "api/message.h"
#include "api/resources.h"

namespace slotflow {

ApiResponse create_webhook(const ApiRequest& request, ApiResources& resources);
ApiResponse list_webhooks(const ApiRequest& request, ApiResources& resources);
ApiResponse delete_webhook(const ApiRequest& request, ApiResources& resources);

}  // namespace slotflow
