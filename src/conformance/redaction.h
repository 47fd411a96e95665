// Keeps secrets out of reports.
#pragma once

#include <string>

#include "conformance/driver.h"

namespace slotflow {

// Replaces the subject's secret, in each of its forms (secret_forms.h), and the values of its
// headers in `text`: a handler can return what it was sent or knows, such as in a Location.
std::string without_secrets(std::string text, const Subject& subject);

}  // namespace slotflow
