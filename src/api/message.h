// A call of Slotflow's API and its response, free of any HTTP library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/delivery.h"
#include "domain/duration.h"

namespace slotflow {

// Names and values in their order; a name may occur twice.
using ApiFields = std::vector<std::pair<std::string, std::string>>;

// Returns the value of the last field with this name; nullopt if there is none.
std::optional<std::string> last_field(const ApiFields& fields, std::string_view name);

struct ApiRequest {
  std::string method;
  std::string target;           // path and query, percent-encoded, as received
  std::vector<Header> headers;  // by name: the library does not keep their order
  std::string body;             // at most kMaxApiBody bytes
  bool body_too_large = false;
  std::optional<std::string> malformed;  // why it is not valid HTTP

  // Set when the route is known; decoded.
  ApiFields parameters;  // of the path
  ApiFields query;

  // Returns the value of a header, whatever its case; empty if there is none.
  std::string_view header(std::string_view name) const;
  // Returns the parameter of the path, which the pattern of the route must have.
  const std::string& parameter(std::string_view name) const;
};

struct ApiResponse {
  int status = 200;
  std::string body;  // JSON
};

// What the client gets.
struct ApiReply {
  enum class Ending {
    response,
    timeout,  // nothing, until it closes the connection
    reset,    // a reset connection
  };

  ApiResponse response;
  Ending ending = Ending::response;
  Duration delay{0};  // before it
};

}  // namespace slotflow
