// The resource /v1/webhooks: the webhooks of the store, within its plan.
#pragma once

#include "api/resources.h"
#include "web/message.h"

namespace slotflow {

WebResponse create_webhook(const WebRequest& request, ApiResources& resources);
WebResponse list_webhooks(const WebRequest& request, ApiResources& resources);
WebResponse delete_webhook(const WebRequest& request, ApiResources& resources);

}  // namespace slotflow
