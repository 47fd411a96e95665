// The value of --host of a command that listens.
#pragma once

#include <string>

namespace slotflow {

// Returns a name or an address, without the brackets of a URL. Throws Error{usage}; `has_path`: the
// command has --path, so the hint may name it.
std::string parse_listen_host(const std::string& option, const std::string& text,
                              bool has_path = false);

}  // namespace slotflow
