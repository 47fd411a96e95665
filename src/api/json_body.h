// The JSON object in the body of a request.
#pragma once

#include "domain/json.h"
#include "web/message.h"

namespace slotflow {

// Throws Error{validation_error} if the body is not a JSON object, or was too large.
Json json_body(const WebRequest& request);

}  // namespace slotflow
