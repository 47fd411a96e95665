// Which event a payload reports: receivers deduplicate by it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/json_string.h"

namespace slotflow {

// Slotflow's documentation: receivers deduplicate by data.id, and a confirmation and a cancellation
// share the booking's id.
struct EventIdentity {
  std::optional<std::string> event;       // the payload's "event"
  std::optional<std::string> booking_id;  // its data.id
};

// Extracts the identity from JSON text without building a DOM. A field that is missing or not a
// string is nullopt; if a name occurs twice in an object, the last one counts. Returns an empty
// identity if the text is not JSON or is nested deeper than kMaxJsonDepth. `lone`: what becomes of
// surrogates that UTF-8 cannot hold.
EventIdentity identity_in(std::string_view text, LoneSurrogate lone = LoneSurrogate::replace);

}  // namespace slotflow
