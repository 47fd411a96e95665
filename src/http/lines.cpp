#include "http/lines.h"

#include <string>

#include "http/target.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

constexpr std::string_view kVersion = "HTTP/1.";  // and one digit

bool contains(std::string_view text, char c) {
  return text.find(c) != std::string_view::npos;
}

bool is_version(std::string_view text) {
  return text.size() == kVersion.size() + 1 && text.starts_with(kVersion) && is_digit(text.back());
}

// A higher minor version is read as HTTP/1.1 (RFC 9110, section 2.5).
std::optional<Problem> parse_version(std::string_view text, Head& head) {
  if (text == "HTTP/2.0") return Problem{505, "HTTP/2 is not supported"};
  if (!is_version(text)) {
    return Problem{text.starts_with("HTTP/") ? 505 : 400, "the version is not HTTP/1.1"};
  }
  head.minor_version = text.back() - '0';
  return std::nullopt;
}

Problem bad(std::string_view kind, std::string_view what) {
  return {400, std::string("a ").append(kind).append(what)};
}

// Returns what is wrong with a line that is not NAME:VALUE.
Problem bad_field_line(std::string_view line, std::string_view kind) {
  if (contains(line, '\r')) return bad(kind, " line has a CR without an LF");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return bad(kind, " line has no colon");
  const std::string_view name = line.substr(0, colon);
  if (name.empty()) return bad(kind, " has no name");
  // RFC 9112, section 5.1.
  if (is_blank(name.back())) return bad(kind, " has white space before its colon");
  if (!is_token(name)) return bad(kind, "'s name is not a token");
  if (contains(line, '\0')) return bad(kind, "'s value has a NUL byte");
  return bad(kind, "'s value has control characters");
}

}  // namespace

std::optional<Problem> parse_request_line(std::string_view line, Head& head) {
  // RFC 9112, section 2.2: a CR without an LF never ends a line.
  if (contains(line, '\r')) return Problem{400, "the request line has a CR without an LF"};
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Problem{400, "the request line is not METHOD TARGET VERSION"};
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  head.method = method;
  head.target = target;
  if (auto problem = parse_version(line.substr(last + 1), head)) return problem;
  if (!is_token(method)) return Problem{400, "the method is not a token"};
  return check_target(method, target);
}

std::optional<Problem> parse_status_line(std::string_view line, Head& head) {
  if (contains(line, '\r')) return Problem{400, "the status line has a CR without an LF"};
  if (contains(line, '\0')) return Problem{400, "the status line has a NUL byte"};
  const auto version = line.substr(0, kVersion.size() + 1);
  line.remove_prefix(version.size());
  if (!is_version(version) || !line.starts_with(' ')) {
    return Problem{400, "the status line is not VERSION STATUS REASON"};
  }
  line.remove_prefix(1);
  const std::string_view status = line.substr(0, line.find(' '));
  line.remove_prefix(status.size());
  if (status.size() != 3 || !is_digits(status)) {
    return Problem{400, "the status is not three digits"};
  }
  head.minor_version = version.back() - '0';
  head.status = 100 * (status[0] - '0') + 10 * (status[1] - '0') + (status[2] - '0');
  if (!line.empty()) head.reason = line.substr(1);
  // RFC 9110, section 15: the first digit is 1 to 5.
  if (head.status < 100 || head.status > 599) {
    return Problem{400, "the status " + std::string(status) + " is outside 100 to 599"};
  }
  if (head.status == 101) return Problem{400, "the status is 101, but no upgrade was requested"};
  return std::nullopt;
}

std::optional<Problem> parse_field_line(std::string_view line, std::string_view kind,
                                        Field& field) {
  const std::size_t name = token_size(line);
  const bool has_name = name > 0 && name < line.size() && line[name] == ':';
  if (!has_name || has_control(line.substr(name))) return bad_field_line(line, kind);
  field = {line.substr(0, name), trimmed(line.substr(name + 1), is_blank)};
  return std::nullopt;
}

}  // namespace slotflow::http
