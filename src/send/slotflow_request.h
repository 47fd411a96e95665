// The form of Slotflow's requests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"

namespace slotflow {

// Returns the headers of a delivery: Content-Type and User-Agent (Slotflow's documentation names no
// others), the signature header, then `added` in order. A header of `added` replaces ours of that
// name; a Host header comes first. http::request_head() adds Host, Content-Length and Connection if
// they are missing.
std::vector<Header> slotflow_headers(const std::vector<Header>& added,
                                     std::optional<std::string> signature);

// Replaces the signature in what slotflow_headers() has returned for `added`.
void replace_signature(std::vector<Header>& headers, const std::vector<Header>& added,
                       std::string signature);

// Returns the beginning of the bytes that the client writes for `request`, and how many they are.
// `keep_alive`: as http::request_head().
RequestBytes request_bytes(const Request& request, bool keep_alive = false);

}  // namespace slotflow
