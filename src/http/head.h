// The header section of an HTTP/1.1 message, request or response, kept exactly as received.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/delivery.h"

namespace slotflow::http {

// Why a message is rejected before it reaches the handler.
struct Problem {
  std::optional<int> status;  // to respond with; nullopt: close without a response
  std::string reason;         // for people; quotes only the status of the message

  bool operator==(const Problem&) const = default;
};

struct Head {
  // For a request.
  std::string method;
  std::string target;  // as received, in any of the four forms of RFC 9112, section 3.2
  // For a response.
  int status = 0;
  std::string reason;  // the reason phrase as received; may be empty

  int minor_version = 1;        // HTTP/1.x
  std::vector<Header> headers;  // in order, names in their case, values without outer white space

  // What the headers mean for the connection.
  bool keep_alive = true;  // another message may follow on the connection (RFC 9112, section 9.3)
  bool chunked = false;    // Transfer-Encoding: chunked
  std::optional<std::uint64_t> content_length;  // nullopt: not given
  bool expects_continue = false;  // the client waits for 100 (Continue); HTTP/1.1 only

  bool operator==(const Head&) const = default;
};

// Returns the path and query of a request's target: "/?q=1" for "http://host?q=1" (RFC 9112,
// section 3.2.2). Returns "*" and HOST:PORT unchanged.
std::string origin_form(std::string_view target);

// Returns whether `text` is a token, as a method and a header's name must be (RFC 9110, section
// 5.6.2).
bool is_token(std::string_view text);
// Returns the size of the token that `text` starts with, or 0.
std::size_t token_size(std::string_view text);

// Returns whether the comma-separated `list` of a header's value contains `token`, in any case.
bool lists_token(std::string_view list, std::string_view token);

// Returns whether a response to `method` with `status` has a body (RFC 9112, section 6.3).
bool has_body(std::string_view method, int status);

}  // namespace slotflow::http
