// The catalogue as a whole, and what of it is to be run.
#pragma once

#include <string>
#include <vector>

#include "conformance/check.h"

namespace slotflow {

// Every check, in the order in which they are run.
std::vector<const Check*> all_checks();

// The checks that `only` names (all, when it is empty) less those that `skip` names. A name is an
// id, or a section for all of its checks. Throws Error{usage} for one that there is not.
std::vector<const Check*> select_checks(const std::vector<std::string>& only,
                                        const std::vector<std::string>& skip);

}  // namespace slotflow
