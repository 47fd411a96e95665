// Why some of many deliveries cannot be made.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/context.h"
#include "domain/error.h"

namespace slotflow {

// Prints a warning for each of the first few, and how many more there are. A text that was printed
// before counts as one of those.
void warn_of_refused(const std::vector<std::string>& texts, const Context& context);

// Throws the error of the refused deliveries, some of `all`, which are not made because of it. If
// they have several, warnings say the first few, and the error how many there are, and how to go
// on.
[[noreturn]] void refuse_deliveries(const std::vector<Error>& errors, std::size_t all,
                                    const Context& context);

}  // namespace slotflow
