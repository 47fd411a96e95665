// The command that listen runs: listen ... -- COMMAND ARG...
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "system/child_process.h"

namespace slotflow {

inline constexpr const char* kListenUrlVariable = "SLOTFLOW_LISTEN_URL";

// Starts the command with `url` in its environment, and with these `signals`. With `json`, its
// standard output is standard error: the lines of listen are alone on standard output. Throws
// Error{io_error}.
std::unique_ptr<ChildProcess> start_child(const std::vector<std::string>& words,
                                          const std::string& url, const SignalState& signals,
                                          bool json);

}  // namespace slotflow
