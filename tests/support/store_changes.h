// Registers a webhook in a store, for tests of its file.
#pragma once

#include <string>

#include "store/registry.h"
#include "support/thrown.h"

namespace slotflow::test {

inline void add(const std::string& store, const std::string& url = "http://localhost/") {
  const Timestamp added_at = from_unix_seconds(1'773'151'500);
  Registry(store).add({url, {Event::booking_confirmed}, "whsec_test"}, added_at);
}

// Returns the error of add(), or "nothing".
inline std::string error_of_adding(const std::string& store) {
  return thrown([&] { add(store); });
}

}  // namespace slotflow::test
