#include "engine/http_head.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "domain/ascii.h"

namespace slotflow {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

namespace {

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes the next line off `bytes`, without its end.
std::string_view next_line(std::string_view& bytes) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::optional<HttpProblem> read_request_line(std::string_view line, HttpHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return HttpProblem{400, "the request line is not METHOD TARGET VERSION"};
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version == "HTTP/2.0") return HttpProblem{505, "HTTP/2 is not spoken here"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return HttpProblem{version.starts_with("HTTP/") ? 505 : 400, "the version is not HTTP/1.1"};
  }
  if (!is_token(method)) return HttpProblem{400, "the method is no token"};
  if (target.empty() || has_control(target) || target.find_first_of(" \t") != target.npos) {
    return HttpProblem{400, "the target has spaces or control characters"};
  }
  head.method = method;
  head.target = target;
  head.keep_alive = version == "HTTP/1.1";
  return std::nullopt;
}

std::optional<HttpProblem> read_header_line(std::string_view line, HttpHead& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return HttpProblem{400, "a header line has no colon"};
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  // A space before the colon, or a folded line: RFC 9112, sections 5.1 and 5.2, refuse both.
  if (!is_token(name)) return HttpProblem{400, "a header's name is no token"};
  if (has_control(value)) return HttpProblem{400, "a header's value has control characters"};
  head.headers.push_back({std::string(name), std::string(value)});
  return std::nullopt;
}

std::optional<HttpProblem> read_framing(HttpHead& head) {
  std::optional<std::uint64_t> length;
  for (const auto& [name, value] : head.headers) {
    if (same_without_case(name, "Content-Length")) {
      std::uint64_t number = 0;
      const char* end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, number);
      if (error != std::errc() || stop != end || (length && *length != number)) {
        return HttpProblem{400, "the Content-Length is not one number"};
      }
      length = number;
    } else if (same_without_case(name, "Transfer-Encoding")) {
      if (head.chunked || !same_without_case(value, "chunked")) {
        return HttpProblem{501, "the Transfer-Encoding is not chunked"};
      }
      head.chunked = true;
    } else if (same_without_case(name, "Connection")) {
      if (lists_token(value, "close")) head.keep_alive = false;
      if (lists_token(value, "keep-alive")) head.keep_alive = true;
    } else if (same_without_case(name, "Expect")) {
      head.expects_continue = same_without_case(value, "100-continue");
    }
  }
  if (length && head.chunked) {
    return HttpProblem{400, "there is both a Content-Length and a Transfer-Encoding"};
  }
  head.content_length = length.value_or(0);
  return std::nullopt;
}

}  // namespace

bool lists_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (same_without_case(trimmed(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::size_t head_end(std::string_view bytes) {
  for (auto line_end = bytes.find('\n'); line_end != std::string_view::npos;
       line_end = bytes.find('\n', line_end + 1)) {
    const std::string_view rest = bytes.substr(line_end + 1);
    if (rest.starts_with('\n')) return line_end + 2;
    if (rest.starts_with("\r\n")) return line_end + 3;
  }
  return std::string_view::npos;
}

std::optional<HttpProblem> head_too_large(std::string_view bytes) {
  bool request_line = true;
  std::size_t total = bytes.size();
  while (!bytes.empty()) {
    const std::size_t before = bytes.size();
    const std::string_view line = next_line(bytes);
    if (before - bytes.size() > kMaxHeaderLine) {
      return request_line ? HttpProblem{414, "the request line is over 8 KiB"}
                          : HttpProblem{431, "a header is over 8 KiB"};
    }
    if (line.empty() && !request_line) break;  // the body begins here
    request_line = false;
  }
  total -= bytes.size();
  if (total > kMaxHead) return HttpProblem{431, "the headers are over 64 KiB together"};
  return std::nullopt;
}

std::variant<HttpHead, HttpProblem> parse_head(std::string_view bytes) {
  HttpHead head;
  if (auto problem = read_request_line(next_line(bytes), head)) return *problem;
  while (!bytes.empty()) {
    const std::string_view line = next_line(bytes);
    if (line.empty()) break;
    if (auto problem = read_header_line(line, head)) return *problem;
  }
  if (auto problem = read_framing(head)) return *problem;
  return head;
}

}  // namespace slotflow
