// HTTP status codes in words.
#pragma once

#include <string>

namespace slotflow {

// "500 Internal Server Error", by our own table and not by what a server says; a code that is not
// registered stands alone.
std::string status_text(int status);

}  // namespace slotflow
