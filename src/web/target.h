// The target of a request (RFC 3986): path and query, taken apart before they are decoded, so that
// an encoded slash does not separate segments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/message.h"

namespace slotflow {

// Decodes %XX. A percent sign that begins no such code stays.
std::string percent_decoded(std::string_view text);

// Returns the decoded segments of the path of `target`: "/v1/a%2Fb?x" has "v1" and "a/b". A slash
// at the end adds an empty segment.
std::vector<std::string> path_segments(std::string_view target);

// Returns the parameters of a path, by the names in `pattern`: "/v1/webhooks/:id" has one, "id",
// which may not be empty. Returns nullopt if the path has another form. Neither a slash at its end
// nor letter case is ignored. Runs in linear time without recursion.
std::optional<WebFields> path_parameters(std::string_view pattern,
                                         const std::vector<std::string>& segments);

// Returns the host in the value of a Host header (RFC 9110, section 7.2), without its port and the
// brackets of an IPv6 address.
std::string_view host_in(std::string_view authority);

// Returns the decoded fields of the query of `target`, where + is a space. A field without "=" has
// an empty value.
WebFields query_fields(std::string_view target);

}  // namespace slotflow
