// Webhooks as JSON objects: in the store and in the output.
#pragma once

#include <stdexcept>
#include <string>

#include "domain/json.h"
#include "domain/webhook.h"

namespace slotflow {

// Returns the object with id, url, events, signing_secret, active and created_at, in this order.
Json json_of(const Webhook& webhook);

// A JSON value that is not what it should be: "webhooks[0].id: expected a string, got null". The
// message has no values, which could be secrets.
class WrongJson : public std::runtime_error {
 public:
  WrongJson(const std::string& place, const std::string& expected, const std::string& got);
};

// Returns "null", "a string" and so on; "nothing" for nullptr.
const char* json_type(const Json* value);

// Returns the webhook that `json` describes, its URL in normal form. `place` says where it is
// ("webhooks[0]"). Throws WrongJson.
Webhook webhook_of(const Json& json, const std::string& place);

}  // namespace slotflow
