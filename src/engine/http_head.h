// The head of a received HTTP request, read by RFC 9112's rules, kept exactly as it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/delivery.h"

namespace slotflow {

inline constexpr std::size_t kMaxHeaderLine = 8 * 1024;  // bytes, also of the request line
inline constexpr std::size_t kMaxHead = 64 * 1024;       // bytes, all lines together

// Why a request is none we can take.
struct HttpProblem {
  std::optional<int> status;  // to answer; none: the connection is dropped
  std::string reason;         // for people; quotes nothing of the request
};

struct HttpHead {
  std::string method;
  std::string target;
  std::vector<Header> headers;  // in their order, names in their case
  bool keep_alive = true;       // what the client asked for, by version and Connection
  bool chunked = false;
  std::uint64_t content_length = 0;  // 0 when chunked
  bool expects_continue = false;
};

// Where the head that `bytes` begins with ends, its empty line included; npos when it is not all
// there yet. Lines may end in LF alone.
std::size_t head_end(std::string_view bytes);

// Problem when `bytes`, a head that has not ended yet, breaks a limit already.
std::optional<HttpProblem> head_too_large(std::string_view bytes);

// True for what may be a method or a header's name (RFC 9110, section 5.6.2).
bool is_token(std::string_view text);

// True when the comma separated `list` of a header's value has `token` in it, in any case.
bool lists_token(std::string_view list, std::string_view token);

// Reads a whole head. What could make two readers disagree about where the body ends is refused.
std::variant<HttpHead, HttpProblem> parse_head(std::string_view bytes);

}  // namespace slotflow
