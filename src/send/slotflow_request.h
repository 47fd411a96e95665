// What a request of Slotflow's looks like: the one place that says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"

namespace slotflow {

// The headers of a delivery, in this order: Content-Type and User-Agent (Slotflow's documentation
// names no others), the signature's, then `added` in their order. One of `added` that has the name
// of one of ours takes its place; a Host among them comes first. http::request_head() adds what is
// missing of Host, Content-Length and Connection.
std::vector<Header> slotflow_headers(const std::vector<Header>& added,
                                     std::optional<std::string> signature);

// The bytes that the client writes for `request`.
std::string wire_bytes(const Request& request);

}  // namespace slotflow
