#include "http/writer.h"

#include <algorithm>
#include <stdexcept>

#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow::http {

namespace {

constexpr std::size_t kUsualSize = 1024;  // bytes of a message

// Returns `text`. Throws if it would begin another line: that would be another header, or another
// message.
std::string_view checked(std::string_view text) {
  bool ends_line = false;
  for (const char c : text) ends_line |= c == '\r' || c == '\n' || c == '\0';
  if (!ends_line) return text;
  throw std::logic_error("CR, LF or NUL in the header section of a message");
}

bool has(const std::vector<Header>& headers, std::string_view name) {
  return find_header(headers, name).has_value();
}

// Two statements of a body's length would contradict each other (RFC 9112, section 6.2).
bool has_framing(const std::vector<Header>& headers) {
  return has(headers, "Content-Length") || has(headers, "Transfer-Encoding");
}

void append(std::string& text, std::string_view name, std::string_view value) {
  text.append(checked(name)).append(": ").append(checked(value)).append("\r\n");
}

void append(std::string& text, const std::vector<Header>& headers) {
  for (const Header& header : headers) append(text, header.name, header.value);
}

// A status without a reason still has the space before it (RFC 9112, section 4).
void append_status_line(std::string& text, int status, std::string_view reason) {
  const std::string number = std::to_string(status);
  const std::string usual = status_text(status);
  if (reason.empty() && usual.size() > number.size()) {
    reason = std::string_view(usual).substr(number.size() + 1);
  }
  text.append("HTTP/1.1 ").append(number).append(" ").append(checked(reason)).append("\r\n");
}

}  // namespace

std::string request_head(const Request& request, bool keep_alive) {
  std::string text;
  text.reserve(kUsualSize);
  text.append(checked(request.method))
      .append(" ")
      .append(checked(request.url.target))
      .append(" HTTP/1.1\r\n");
  if (!has(request.headers, "Host")) append(text, "Host", request.url.authority());
  append(text, request.headers);
  const bool may_have_body =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if ((may_have_body || !request.body.empty()) && !has_framing(request.headers)) {
    append(text, "Content-Length", std::to_string(request.body.size()));
  }
  if (!keep_alive && !has(request.headers, "Connection")) append(text, "Connection", "close");
  return text += "\r\n";
}

std::string response_head(const ResponseText& response, std::string_view method,
                          Persistence persistence) {
  static const std::vector<Header> kNone;
  const std::vector<Header>& headers = response.headers != nullptr ? *response.headers : kNone;
  std::string text;
  text.reserve(kUsualSize);
  append_status_line(text, response.status, response.reason);
  append(text, headers);
  if (has_body(method, response.status) && !has_framing(headers)) {
    append(text, "Content-Length", std::to_string(response.body_size));
  }
  if (persistence == Persistence::keep_and_say) append(text, "Connection", "keep-alive");
  if (persistence == Persistence::close) append(text, "Connection", "close");
  return text += "\r\n";
}

std::string refusal_text(int status, const std::string& reason) {
  const std::vector<Header> headers = {{"Content-Type", "text/plain"}};
  const std::string body = reason + "\n";
  const ResponseText response{.status = status, .headers = &headers, .body_size = body.size()};
  return response_head(response, "", Persistence::close) + body;
}

}  // namespace slotflow::http
