// The catalogue of all checks, and the selection of those to run.
#pragma once

#include <string>
#include <vector>

#include "conformance/check.h"

namespace slotflow {

// Returns every check, in the order in which they run.
std::vector<const Check*> all_checks();

// Returns the checks that `only` names (all if it is empty) without those that `skip` names. A name
// is an id, or a section for all of its checks. Throws Error{usage} for an unknown name.
std::vector<const Check*> select_checks(const std::vector<std::string>& only,
                                        const std::vector<std::string>& skip);

// Returns the check with this id. Throws Error{usage}, which names `option`, if there is none.
const Check& find_check(const std::string& option, const std::string& id);

}  // namespace slotflow
