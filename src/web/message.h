// A request to a web server and its response, free of any HTTP library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/delivery.h"
#include "domain/duration.h"

namespace slotflow {

// Names and values in their order; a name may occur twice.
using WebFields = std::vector<std::pair<std::string, std::string>>;

// Returns the value of the last field with this name; nullopt if there is none.
std::optional<std::string> last_field(const WebFields& fields, std::string_view name);

struct WebRequest {
  std::string method;
  std::string target;           // path and query, percent-encoded, as received
  std::vector<Header> headers;  // by name: the library does not keep their order
  std::string body;             // at most kMaxWebBody bytes
  bool body_too_large = false;
  std::optional<std::string> malformed;  // why it is not valid HTTP

  // Set when the route is known; decoded.
  WebFields parameters;  // of the path
  WebFields query;

  // Returns the value of a header, whatever its case; empty if there is none.
  std::string_view header(std::string_view name) const;
  // Returns the parameter of the path, which the pattern of the route must have.
  const std::string& parameter(std::string_view name) const;
};

struct WebResponse {
  int status = 200;
  std::string body;
  std::string type = "application/json";  // its Content-Type
  std::vector<Header> headers = {};       // besides it; their names and values need no escaping
};

// Appends the next bytes of a body without an end, and returns false if there will be no more. Is
// called again and again, on the thread of the connection, until then or until the client is gone.
// May wait for some 100 milliseconds. If it throws, the connection ends before the body does.
using WebStream = std::function<bool(std::string& bytes)>;

// What the client gets.
struct WebReply {
  enum class Ending {
    response,
    timeout,  // nothing, until it closes the connection
    reset,    // a reset connection
  };

  WebResponse response;
  Ending ending = Ending::response;
  Duration delay{0};      // before it
  WebStream stream = {};  // after the response's body, if it is set
};

}  // namespace slotflow
