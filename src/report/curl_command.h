// Requests as curl commands that send the same bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/check_report.h"
#include "domain/delivery.h"
#include "domain/tls_options.h"

namespace slotflow {

struct CurlOptions {
  TlsOptions tls;
  std::vector<Header> hidden;  // may be secrets: "$HEADER_<name>" stands for the value of each
};

// Returns a command for a POSIX shell, over several lines; terminal-safe whatever the body
// contains.
std::string curl_command(const Request& request, const CurlOptions& options);
// Returns a command for several requests; nullopt if there are none, or if it would be too long to
// paste.
std::optional<std::string> curl_commands(const Evidence& evidence, CurlOptions options);

}  // namespace slotflow
