// Responses to requests that are not part of a test: they are neither reported nor counted.
#pragma once

#include <optional>
#include <string>

#include "http/server.h"

namespace slotflow {

// Returns 200 for GET and HEAD on `path`, for tools that wait until a server responds, or nullopt.
// A query of the request is ignored.
std::optional<http::OutgoingResponse> health_response(const http::Head& head,
                                                      const std::string& path);

// Returns the response to a CORS preflight, with which a browser asks whether a page of another
// origin may send a request, or nullopt. It allows every method and header; allow_every_origin()
// must follow.
std::optional<http::OutgoingResponse> preflight_response(const http::Head& head);

// Lets pages of every origin read `response` and its headers, unless it already has headers that
// say who may.
void allow_every_origin(http::OutgoingResponse& response);

}  // namespace slotflow
