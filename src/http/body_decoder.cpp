#include "http/body_decoder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "domain/number.h"
#include "http/lines.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

// Reads a chunk's size and ignores its extensions. Returns why the line is rejected, or nullptr.
const char* parse_chunk_size(std::string_view line, std::uint64_t& size) {
  const std::string_view after = trimmed_start(line, is_hex_digit);
  const std::string_view digits = line.substr(0, line.size() - after.size());
  const std::string_view rest = trimmed(after, is_blank);
  if (digits.empty() || (!rest.empty() && rest[0] != ';')) {
    return "a chunk's size is not a hexadecimal number";
  }
  const auto parsed = to_number<std::uint64_t>(digits, 16);
  if (!parsed) return "a chunk's size is larger than 64 bits";
  size = *parsed;
  if (has_control(rest)) return "a chunk's extension has control characters";
  return nullptr;
}

}  // namespace

void BodyDecoder::start(At at) {
  lines_.reset();
  at_ = at;
  left_ = 0;
  cr_ = false;
  trailers_ = 0;
  body_ = std::string();  // frees a large one of the previous message
  cut_ = false;
}

Progress BodyDecoder::start_length(std::uint64_t length) {
  start(At::length);
  left_ = length;
  if (check_size(length) == Progress::failed) return Progress::failed;
  return length == 0 ? Progress::complete : Progress::more;
}

Progress BodyDecoder::start_chunked() {
  start(At::chunk_size);
  return Progress::more;
}

Progress BodyDecoder::start_until_end() {
  start(At::until_end);
  left_ = std::numeric_limits<std::uint64_t>::max();
  return Progress::more;
}

Progress BodyDecoder::fail(int status, std::string reason) {
  problem_ = {status, std::move(reason)};
  return Progress::failed;
}

Progress BodyDecoder::fail_for_line_end() {
  return fail(400, "a line of the chunked body does not end in CRLF");
}

// Fails if `size` more bytes are over the limit.
Progress BodyDecoder::check_size(std::uint64_t size) {
  if (role_ == Role::response || size <= limits_.max_body - body_.size()) return Progress::more;
  return fail(413, "the body is over " + std::to_string(limits_.max_body) + " bytes");
}

// Consumes at most left_ bytes of the body, and keeps those that fit into max_body.
void BodyDecoder::take(std::string_view& bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  const std::size_t room = limits_.max_body - body_.size();
  body_ += bytes.substr(0, std::min(count, room));
  cut_ |= count > room;
  bytes.remove_prefix(count);
  if (at_ != At::until_end) left_ -= count;
}

Progress BodyDecoder::feed(std::string_view& bytes) {
  Progress progress = Progress::more;
  while (progress == Progress::more && !bytes.empty()) {
    switch (at_) {
      case At::length:
      case At::until_end:
        progress = feed_length(bytes);
        break;
      case At::chunk_size:
        progress = feed_chunk_size(bytes);
        break;
      case At::chunk_data:
        progress = feed_chunk_data(bytes);
        break;
      case At::chunk_end:
        progress = feed_chunk_end(bytes);
        break;
      case At::trailer:
        progress = feed_trailer(bytes);
        break;
    }
  }
  return progress;
}

Progress BodyDecoder::feed_length(std::string_view& bytes) {
  take(bytes);
  return left_ == 0 ? Progress::complete : Progress::more;
}

Progress BodyDecoder::feed_chunk_size(std::string_view& bytes) {
  const Progress progress = lines_.feed(bytes, limits_.max_chunk_line);
  if (progress == Progress::more) return progress;
  if (progress == Progress::failed) {
    return fail(400, "a chunk's size line is over " + size_text(limits_.max_chunk_line));
  }
  if (const char* reason = parse_chunk_size(lines_.line(), left_)) return fail(400, reason);
  // Other readers may not accept an LF as the end of a line.
  if (role_ == Role::request && !lines_.ended_in_crlf()) return fail_for_line_end();
  at_ = left_ == 0 ? At::trailer : At::chunk_data;
  return check_size(left_);
}

Progress BodyDecoder::feed_chunk_data(std::string_view& bytes) {
  take(bytes);
  if (left_ == 0) at_ = At::chunk_end;
  return Progress::more;
}

Progress BodyDecoder::feed_chunk_end(std::string_view& bytes) {
  const char c = bytes[0];
  bytes.remove_prefix(1);
  if (c == '\r' && !cr_) {
    cr_ = true;
    return Progress::more;
  }
  if (c != '\n') return fail(400, "a chunk does not end where its size says");
  if (role_ == Role::request && !cr_) return fail_for_line_end();
  cr_ = false;
  at_ = At::chunk_size;
  return Progress::more;
}

Progress BodyDecoder::feed_trailer(std::string_view& bytes) {
  const std::size_t room = std::min(limits_.max_line, limits_.max_trailers - trailers_);
  const Progress progress = lines_.feed(bytes, room);
  if (progress == Progress::more) return progress;
  if (progress == Progress::failed) {
    if (room == limits_.max_line) {
      return fail(431, "a trailer is over " + size_text(limits_.max_line));
    }
    return fail(431, "the trailers are over " + size_text(limits_.max_trailers) + " together");
  }
  trailers_ += lines_.size();
  return end_trailer(lines_.line());
}

// Trailers are checked and discarded (RFC 9112, section 7.1.2).
Progress BodyDecoder::end_trailer(std::string_view line) {
  if (role_ == Role::request && !lines_.ended_in_crlf()) return fail_for_line_end();
  if (line.empty()) return Progress::complete;
  std::optional<Problem> problem;
  if (is_blank(line[0])) {
    problem = Problem{400, "a trailer is folded into several lines"};
  } else {
    Field field;
    problem = parse_field_line(line, "trailer", field);
  }
  return problem ? fail(*problem->status, std::move(problem->reason)) : Progress::more;
}

}  // namespace slotflow::http
