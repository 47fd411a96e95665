// Who may call the API.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

// All keys of Slotflow begin with this.
inline constexpr std::string_view kApiKeyPrefix = "sk_live_";

// Throws Error{unauthorized} unless `authorization` is "Bearer KEY" with this key, or, without a
// key, with any key that begins as Slotflow's do. All keys are of the same organisation: the store.
void authenticate(std::string_view authorization, const std::optional<std::string>& key);

}  // namespace slotflow
