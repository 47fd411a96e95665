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

// For a POSIX shell, over several lines; terminal-safe, whatever the body holds.
std::string curl_command(const Request& request, const CurlOptions& options);
// The same for several requests; nothing when there are none, or more bytes than anybody pastes.
std::optional<std::string> curl_commands(const Evidence& evidence, CurlOptions options);

}  // namespace slotflow
