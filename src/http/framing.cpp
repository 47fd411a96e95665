#include "http/framing.h"

#include "domain/ascii.h"
#include "domain/number.h"
#include "http/target.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

// A list of equal numbers, in one header or in several, is one number (RFC 9112, section 6.3).
std::optional<Problem> read_length(std::string_view value,
                                   std::optional<std::uint64_t>& content_length) {
  for (bool last = false; !last;) {
    last = value.find(',') == std::string_view::npos;
    const std::string_view text = next_element(value);
    if (!is_digits(text)) return Problem{400, "the Content-Length does not consist of digits"};
    const auto number = to_number<std::uint64_t>(text);
    if (!number) return Problem{400, "the Content-Length is larger than 64 bits"};
    if (content_length && *content_length != *number) {
      return Problem{400, "there are different Content-Lengths"};
    }
    content_length = *number;
  }
  return std::nullopt;
}

// RFC 9112, section 3.2.
std::optional<Problem> check_host(std::size_t hosts, std::string_view host, int minor_version) {
  if (hosts == 0 && minor_version > 0) return Problem{400, "there is no Host header"};
  if (hosts > 1) return Problem{400, "there is more than one Host header"};
  if (std::ranges::any_of(host, is_blank)) return Problem{400, "the Host header has white space"};
  if (!is_host(host)) return Problem{400, "the Host header is not HOST or HOST:PORT"};
  return std::nullopt;
}

}  // namespace

std::optional<Problem> read_framing(Role role, Head& head) {
  const bool is_request = role == Role::request;
  const bool is_old = head.minor_version == 0;
  bool close = false;
  bool keep_alive = false;
  std::size_t hosts = 0;
  std::string_view host;
  for (const auto& [name, value] : head.headers) {
    if (same_without_case(name, "Content-Length")) {
      if (auto problem = read_length(value, head.content_length)) return problem;
    } else if (same_without_case(name, "Transfer-Encoding")) {
      if (head.chunked || !same_without_case(value, "chunked")) {
        return Problem{501, "the Transfer-Encoding is not chunked"};
      }
      head.chunked = true;
    } else if (same_without_case(name, "Connection")) {
      close |= lists_token(value, "close");
      keep_alive |= lists_token(value, "keep-alive");
    } else if (same_without_case(name, "Host")) {
      ++hosts;
      host = value;
    } else if (same_without_case(name, "Expect")) {
      // RFC 9110, section 10.1.1: ignored in HTTP/1.0.
      head.expects_continue |= is_request && !is_old && lists_token(value, "100-continue");
    }
  }
  if (head.content_length && head.chunked) {
    return Problem{400, "there is both a Content-Length and a Transfer-Encoding"};
  }
  // RFC 9112, section 6.1: chunks in HTTP/1.0 are faulty framing, and the connection is closed.
  head.keep_alive = !close && (!is_old || (keep_alive && !head.chunked));
  return is_request ? check_host(hosts, host, head.minor_version) : std::nullopt;
}

}  // namespace slotflow::http
