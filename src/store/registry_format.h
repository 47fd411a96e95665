// The store's JSON: {"version": 1, "plan": "free", "webhooks": [...]}. Checks what was read, and
// writes it back with every member that is not ours. Errors are Error{store_error}, begin with
// `path`, and name types and places but never a value, which could be a secret.
#pragma once

#include <string>

#include "domain/json.h"
#include "domain/webhook.h"
#include "store/registry.h"

namespace slotflow {

// Zero bytes are an empty store. Checks the syntax alone.
Json parse_store(const std::string& path, const std::string& bytes);

// Checks the shape, and makes URLs that were edited by hand normal. A missing plan is free,
// missing webhooks are none.
Snapshot decode_store(const std::string& path, const Json& document);

std::string dump_store(const Json& document);

}  // namespace slotflow
