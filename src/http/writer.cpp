#include "http/writer.h"

#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "domain/status_text.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

constexpr std::size_t kUsualSize = 1024;  // bytes of a message

// The lines of a header section, written into `text` in place of what is there.
class HeadText {
 public:
  explicit HeadText(std::string& text) : text_(text) {
    text_.clear();
    text_.reserve(kUsualSize);
  }

  template <typename... Parts>
  void line(const Parts&... parts) {
    const std::size_t begin = text_.size();
    (text_.append(std::string_view(parts)), ...);
    const std::string_view line = std::string_view(text_).substr(begin);
    broken_ |= has_control(line) && line.find_first_of({"\r\n\0", 3}) != std::string_view::npos;
    text_.append("\r\n", 2);
  }
  void header(std::string_view name, std::string_view value) { line(name, ": ", value); }
  void headers(const std::vector<Header>& all) {
    for (const Header& one : all) header(one.name, one.value);
  }

  // Adds the final empty line. Throws if a part contains the end of a line, which would start
  // another header or message.
  void finish() {
    line();
    if (!broken_) return;
    throw std::logic_error("CR, LF or NUL in the header section of a message");
  }

 private:
  std::string& text_;
  bool broken_ = false;  // a part contains CR, LF or NUL
};

bool has(const std::vector<Header>& headers, std::string_view name) {
  return find_header(headers, name).has_value();
}

// Two statements of a body's length would contradict each other (RFC 9112, section 6.2).
bool has_framing(const std::vector<Header>& headers) {
  return has(headers, "Content-Length") || has(headers, "Transfer-Encoding");
}

}  // namespace

std::string request_head(const Request& request, bool keep_alive) {
  std::string text;
  write_request_head(text, request, keep_alive);
  return text;
}

void write_request_head(std::string& out, const Request& request, bool keep_alive) {
  HeadText head(out);
  head.line(request.method, " ", request.url.target, " HTTP/1.1");
  if (!has(request.headers, "Host")) head.header("Host", request.url.authority());
  head.headers(request.headers);
  const bool may_have_body =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (request.in_chunks) {
    head.header("Transfer-Encoding", "chunked");
  } else if ((may_have_body || !request.body.empty()) && !has_framing(request.headers)) {
    head.header("Content-Length", std::to_string(request.body.size()));
  }
  if (!keep_alive && !has(request.headers, "Connection")) head.header("Connection", "close");
  head.finish();
}

Body framed_body(const Request& request) {
  if (!request.in_chunks) return request.body;
  // RFC 9112, section 7.1: a chunk has its size in hex before it, and an empty one is the last.
  constexpr std::string_view kLast = "0\r\n\r\n";
  if (request.body.empty()) return kLast;
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", request.body.size());
  return size + request.body.str() + "\r\n" + std::string(kLast);
}

std::string response_head(const ResponseText& response, std::string_view method,
                          Persistence persistence) {
  static const std::vector<Header> kNone;
  const std::vector<Header>& headers = response.headers != nullptr ? *response.headers : kNone;
  std::string text;
  HeadText head(text);
  const std::string usual = status_text(response.status);
  if (response.reason.empty()) {
    // A status without a reason still has the space before it (RFC 9112, section 4).
    head.line("HTTP/1.1 ", usual, usual.find(' ') == std::string::npos ? " " : "");
  } else {
    head.line("HTTP/1.1 ", std::to_string(response.status), " ", response.reason);
  }
  head.headers(headers);
  if (has_body(method, response.status) && !has_framing(headers)) {
    head.header("Content-Length", std::to_string(response.body_size));
  }
  if (persistence == Persistence::keep_and_say) head.header("Connection", "keep-alive");
  if (persistence == Persistence::close) head.header("Connection", "close");
  head.finish();
  return text;
}

std::string refusal_text(int status, const std::string& reason) {
  const std::vector<Header> headers = {{"Content-Type", "text/plain"}};
  const std::string body = reason + "\n";
  const ResponseText response{.status = status, .headers = &headers, .body_size = body.size()};
  return response_head(response, "", Persistence::close) + body;
}

}  // namespace slotflow::http
