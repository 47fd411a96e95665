// The resource /v1/humans/:id/overrides: when a human is blocked or open.
#pragma once

#include "api/resources.h"
#include "web/message.h"

namespace slotflow {

WebResponse create_override(const WebRequest& request, ApiResources& resources);
WebResponse list_overrides(const WebRequest& request, ApiResources& resources);
WebResponse delete_override(const WebRequest& request, ApiResources& resources);

}  // namespace slotflow
