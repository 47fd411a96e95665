// The JSON object in the body of a request.
#pragma once

#include "api/message.h"
#include "domain/json.h"

namespace slotflow {

// Throws Error{validation_error} if the body is not a JSON object, or was too large.
Json json_body(const ApiRequest& request);

}  // namespace slotflow
