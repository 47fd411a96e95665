#include "web/library_requests.h"

#include "web/limits.h"

namespace slotflow {

bool announces_body(const httplib::Request& request) {
  const bool has_length =
      request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0";
  return has_length || request.has_header("Transfer-Encoding");
}

bool reads_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

// The request is the library's own object, and not const.
void refuse_compression(const httplib::Request& request) {
  const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
}

WebRequest web_request(const httplib::Request& request) {
  WebRequest result;
  result.method = request.method;
  result.target = request.target;
  for (const auto& [name, value] : request.headers) {
    const bool is_own = name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
                        name == "LOCAL_PORT";
    if (!is_own) result.headers.push_back({name, value});
  }
  return result;
}

void read_body(const httplib::Request& request, const httplib::ContentReader& reader,
               const httplib::Response& response, WebRequest& result) {
  const auto keep = [&](const char* bytes, std::size_t size) {
    if (result.body.size() + size > kMaxWebBody) result.body_too_large = true;
    if (!result.body_too_large) result.body.append(bytes, size);
    return true;
  };
  bool complete = false;
  if (request.is_multipart_form_data()) {
    complete = reader([](const httplib::MultipartFormData&) { return true; },
                      [](const char*, std::size_t) { return true; });
    result.body = "multipart/form-data";  // which is not JSON
  } else {
    complete = reader(keep);
  }
  // The library says so of a body that is announced to be larger.
  if (!complete && response.status == 413) {
    result.body_too_large = true;
  } else if (!complete) {
    result.malformed = "body: expected a complete body in a known encoding, got another one";
  }
}

}  // namespace slotflow
