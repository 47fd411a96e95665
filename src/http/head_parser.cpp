#include "http/head_parser.h"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/ascii.h"
#include "http/framing.h"
#include "http/lines.h"

namespace slotflow::http {

namespace {

constexpr std::size_t kMaxEmptyLines = 8 * 1024;  // bytes
constexpr std::size_t kUsualHeaders = 6;          // of a delivery
constexpr std::string_view kResponseBegin = "HTTP/1.";

}  // namespace

void HeadParser::reset() {
  lines_.reset();
  head_ = {};
  line_number_ = size_ = skipped_ = 0;
  cr_ = false;
}

Progress HeadParser::fail(Problem problem) {
  problem_ = std::move(problem);
  return Progress::failed;
}

Progress HeadParser::feed(std::string_view& bytes) {
  Progress progress = Progress::more;
  while (progress == Progress::more && !bytes.empty()) {
    if (!started() && role_ == Role::request) {
      if (skip_empty_lines(bytes) == Progress::failed) return Progress::failed;
      if (bytes.empty()) break;
    }
    if (line_number_ == 0 && check_first_bytes(bytes) == Progress::failed) return Progress::failed;
    const std::size_t room = std::min(limits_.max_line, limits_.max_head - size_);
    switch (lines_.feed(bytes, room)) {
      case Progress::more:
        break;
      case Progress::complete:
        progress = end_line();
        break;
      case Progress::failed:
        return fail_by_limit(room);
    }
  }
  return progress;
}

// RFC 9112, section 2.2.
Progress HeadParser::skip_empty_lines(std::string_view& bytes) {
  while (!bytes.empty() && (bytes[0] == '\n' || (bytes[0] == '\r' && !cr_))) {
    if (++skipped_ > kMaxEmptyLines) {
      const std::string size = size_text(kMaxEmptyLines);
      return fail({400, "there are over " + size + " of empty lines before the request"});
    }
    cr_ = bytes[0] == '\r';
    bytes.remove_prefix(1);
  }
  if (bytes.empty() || !cr_) return Progress::more;
  return fail({400, "the request line has a CR without an LF"});
}

// Rejects first bytes that no valid line starts with: the line may never end. `bytes` are the next
// bytes of the first line.
Progress HeadParser::check_first_bytes(std::string_view bytes) {
  const std::string_view before = lines_.partial();
  if (before.size() >= kResponseBegin.size()) return Progress::more;
  if (role_ == Role::response && before.empty() && bytes.starts_with(kResponseBegin)) {
    return Progress::more;
  }
  std::string first(before);
  first += bytes.substr(0, kResponseBegin.size() - before.size());
  if (role_ == Role::response) {
    if (kResponseBegin.starts_with(first)) return Progress::more;
    return fail({std::nullopt, "the response is not HTTP/1.1"});
  }
  // A handshake record (RFC 8446, section 5.1).
  if (first.starts_with("\x16\x03")) {
    return fail({std::nullopt, "the client speaks TLS, but this receiver expects plain HTTP"});
  }
  if (first == "\x16" || is_token(first.substr(0, 1))) return Progress::more;
  return fail({400, "the method is not a token"});
}

Progress HeadParser::fail_by_limit(std::size_t room) {
  if (room < limits_.max_line) {
    return fail({431, "the headers are over " + size_text(limits_.max_head) + " together"});
  }
  const std::string over = " is over " + size_text(limits_.max_line);
  if (line_number_ > 0) return fail({431, "a header" + over});
  return fail({414, (role_ == Role::request ? "the request line" : "the status line") + over});
}

Progress HeadParser::end_line() {
  const std::string_view line = lines_.line();
  size_ += lines_.size();
  if (line_number_++ == 0) {
    auto problem =
        role_ == Role::request ? parse_request_line(line, head_) : parse_status_line(line, head_);
    return problem ? fail(std::move(*problem)) : Progress::more;
  }
  if (line.empty()) return end_head();
  return is_blank(line[0]) ? reject_folded() : parse_header(line);
}

Progress HeadParser::parse_header(std::string_view line) {
  Field field;
  if (auto problem = parse_field_line(line, "header", field)) return fail(std::move(*problem));
  if (head_.headers.size() == limits_.max_headers) {
    return fail({431, "there are over " + std::to_string(limits_.max_headers) + " headers"});
  }
  if (head_.headers.empty()) head_.headers.reserve(kUsualHeaders);
  Header& header = head_.headers.emplace_back();
  header.name = field.name;
  header.value = field.value;
  return Progress::more;
}

// RFC 9112, section 5.2: a server must reject a folded line, and a proxy may reject one in a
// response. Unfolding would change what is forwarded and shown, so both are rejected.
Progress HeadParser::reject_folded() {
  if (head_.headers.empty()) return fail({400, "there is white space before the first header"});
  return fail({400, "a header is folded into several lines"});
}

Progress HeadParser::end_head() {
  const bool is_interim = role_ == Role::response && head_.status < 200;
  if (is_interim) {
    reset();
    return Progress::more;
  }
  if (auto problem = read_framing(role_, head_)) return fail(std::move(*problem));
  return Progress::complete;
}

}  // namespace slotflow::http
