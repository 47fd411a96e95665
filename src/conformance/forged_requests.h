// The kinds of forged request that a handler might let pass without a look at its signature.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/driver.h"

namespace slotflow::signature {

struct ForgedKind {
  std::string words;  // "an event of 20 KB"
  // Makes a request of this kind, with a wrong signature or without one.
  std::function<Request(Driver& driver, bool has_signature)> make;
  // Another part of the server may take it, which is no handler of events.
  bool may_lead_elsewhere = false;
};

// A new kind is a new row of the list that this returns.
std::vector<ForgedKind> forged_kinds();

// Returns a forged event with this header, too.
Request forged_with_header(Driver& driver, bool has_signature, std::string_view name,
                           std::string value);

// Returns whether the server responds with 2xx also to what nobody can have a handler for, at
// another path below that of `request`: then 2xx does not say that an event was accepted.
bool takes_anything(Driver& driver, Request request);

}  // namespace slotflow::signature
