// Writes HTTP/1.1 header sections: headers in the given order, with only the additions that the
// functions document.
//
// The functions throw std::logic_error if a method, target, reason, header name or value contains
// CR, LF or NUL: the caller must check input from outside.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/delivery.h"
#include "http/head.h"

namespace slotflow::http {

// Whether the client may send another request on the connection (RFC 9112, section 9.3).
enum class Persistence {
  keep,          // adds nothing: the default of HTTP/1.1
  keep_and_say,  // Connection: keep-alive, for HTTP/1.0 clients
  close,         // Connection: close
};

// Returns the header section of `request` with its final empty line: Host, unless the request has
// one; its headers unchanged; Transfer-Encoding: chunked, if Request::in_chunks, or else
// Content-Length, unless it has one or a Transfer-Encoding, if there is a body or the method is
// POST, PUT or PATCH (RFC 9110, section 8.6); Connection: close, unless `keep_alive` or the request
// has a Connection header.
std::string request_head(const Request& request, bool keep_alive = false);
// Puts it into `out`, in place of what is there.
void write_request_head(std::string& out, const Request& request, bool keep_alive);

// Returns the bytes that follow the header section: the body, in a chunk if Request::in_chunks.
Body framed_body(const Request& request);

struct ResponseText {
  int status = 200;
  std::string_view reason = {};                  // empty: the registered one
  const std::vector<Header>* headers = nullptr;  // nullptr: none
  std::size_t body_size = 0;
};

// Returns the header section with its final empty line: the status line; the headers unchanged;
// Content-Length, unless they have one or a Transfer-Encoding, if has_body(); Connection as
// `persistence` says. A Content-Length in the headers is kept even without a body (HEAD, 304).
std::string response_head(const ResponseText& response, std::string_view method,
                          Persistence persistence);

// Returns the whole response to a rejected request: `reason` as text, and Connection: close.
std::string refusal_text(int status, const std::string& reason);

}  // namespace slotflow::http
