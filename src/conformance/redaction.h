// Keeps secrets out of reports.
#pragma once

#include <string>

#include "conformance/driver.h"

namespace slotflow {

// Replaces the subject's secret, in each of its forms (secret_forms.h), the values of its headers,
// and signatures (64 hex digits or more) in `text`: a handler can return what it was sent or knows,
// such as in a Location.
std::string without_secrets(std::string text, const Subject& subject);

}  // namespace slotflow
