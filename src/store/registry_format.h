// The JSON of the store: {"version": 1, "plan": "free", "webhooks": [...]}. Unknown fields are
// kept as they are written. Functions throw Error{store_error} whose message starts with `path` and
// names types and places, but never a value, which could be a secret.
#pragma once

#include <string>

#include "domain/raw_json.h"
#include "domain/webhook.h"
#include "store/registry.h"

namespace slotflow {

// Parses the store, and checks only its syntax. Zero bytes are an empty store.
RawJson parse_store(const std::string& path, const std::string& bytes);

// Parses the store, checks the fields, and brings URLs into their normal form. If the plan is
// missing, it is free; if the webhooks are missing, there are none.
Snapshot decode_store(const std::string& path, const std::string& bytes);

std::string dump_store(const RawJson& document);

}  // namespace slotflow
