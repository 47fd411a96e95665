// A request as a curl command that sends the same bytes.
#pragma once

#include <string>

#include "domain/delivery.h"

namespace slotflow {

// For a POSIX shell, over several lines; terminal-safe, whatever the body holds.
std::string curl_command(const Request& request, bool insecure, const std::string& ca_file);

}  // namespace slotflow
