// Keeps secrets out of reports.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "conformance/driver.h"

namespace slotflow {

// Replaces the subject's secret, in each of its forms (secret_forms.h), the values of its headers
// unless they are one short word ("https"), and signatures in `text`: a handler can return what it
// was sent or knows, such as in a Location. Signatures are runs of 16 hex digits or more, and, in
// each of their forms, those that `requests` should have. Of a secret or a signature, a part of 16
// characters is replaced, too, and at the end of `text` the beginning: the rest can have been cut
// off.
std::string without_secrets(std::string_view text, const Subject& subject,
                            std::span<const Request> requests = {});

}  // namespace slotflow
