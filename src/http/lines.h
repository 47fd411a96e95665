// The lines of a header section, one at a time and without their ends.
#pragma once

#include <optional>
#include <string_view>

#include "http/head.h"

namespace slotflow::http {

// Each function returns why the line is rejected, with the status for a request, or nullopt.

// Fills in method, target and minor_version (RFC 9112, section 3).
std::optional<Problem> parse_request_line(std::string_view line, Head& head);

// Fills in minor_version, status and reason (RFC 9112, section 4).
std::optional<Problem> parse_status_line(std::string_view line, Head& head);

// Views of the line.
struct Field {
  std::string_view name;
  std::string_view value;  // without outer white space
};

// RFC 9112, section 5. `kind` is "header" or "trailer", for the reason.
std::optional<Problem> parse_field_line(std::string_view line, std::string_view kind, Field& field);

}  // namespace slotflow::http
