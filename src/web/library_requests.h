// Requests as the HTTP library reads them, and as a WebRequest.
#pragma once

#include <string>

#include <httplib.h>

#include "web/message.h"

namespace slotflow {

// Returns whether the headers say that a body follows.
bool announces_body(const httplib::Request& request);

// The library reads the bodies of these methods only. If they have none, it waits for one until the
// connection ends.
bool reads_body(const std::string& method);

// The library would compress the response for whoever accepts it, for a second and more with
// Brotli: on this machine, sending the bytes is faster.
void refuse_compression(const httplib::Request& request);

// Returns the request without its body.
WebRequest web_request(const httplib::Request& request);

// Reads the whole body into `result`, however long, so that the next request begins where it
// should. `response` is the library's, which has a status if it refused the body.
void read_body(const httplib::Request& request, const httplib::ContentReader& reader,
               const httplib::Response& response, WebRequest& result);

}  // namespace slotflow
