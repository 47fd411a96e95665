// The forms that responses of several resources have.
#pragma once

#include <string>

#include "api/message.h"
#include "domain/json.h"

namespace slotflow {

ApiResponse json_response(int status, const Json& json);
// Returns {"<name>":[...],"total":N}.
ApiResponse list_response(const char* name, Json items);
// Returns {"deleted":true,"id"}.
ApiResponse deleted_response(const std::string& id);

}  // namespace slotflow
