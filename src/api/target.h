// The target of a request (RFC 3986): path and query, taken apart before they are decoded, so that
// an encoded slash does not separate segments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"

namespace slotflow {

// Decodes %XX. A percent sign that begins no such code stays.
std::string percent_decoded(std::string_view text);

// Returns the decoded segments of the path of `target`: "/v1/a%2Fb?x" has "v1" and "a/b". A slash
// at the end adds an empty segment.
std::vector<std::string> path_segments(std::string_view target);

// Returns the decoded fields of the query of `target`, where + is a space. A field without "=" has
// an empty value.
ApiFields query_fields(std::string_view target);

}  // namespace slotflow
