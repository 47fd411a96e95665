// The forms that responses of several resources have.
#pragma once

#include <string>

#include "domain/json.h"
#include "web/message.h"

namespace slotflow {

WebResponse json_response(int status, const Json& json);
// Returns {"<name>":[...],"total":N}.
WebResponse list_response(const char* name, Json items);
// Returns {"deleted":true,"id"}.
WebResponse deleted_response(const std::string& id);

}  // namespace slotflow
