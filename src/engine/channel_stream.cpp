#include "engine/channel_stream.h"

#include <algorithm>
#include <utility>

#include "domain/ascii.h"
#include "engine/http_head.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxResponseHead = 64 * 1024;  // bytes
// cpp-httplib matches the status line with a regular expression of libstdc++, which recurses for
// each character: 20 KB of reason phrase overflow the stack.
constexpr std::size_t kMaxStatusLine = 1024;
constexpr std::size_t kFirstBytes = 24;
constexpr Duration kBetweenPieces{150};

}  // namespace

ssize_t ChannelStream::read(char* bytes, size_t size) {
  if (begin_ == input_.size() && !fill()) return ended_ ? 0 : -1;
  const std::size_t count = std::min(size, input_.size() - begin_);
  std::copy_n(input_.data() + begin_, count, bytes);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

// The library's first write is the request's head, whole; those after it are its body.
ssize_t ChannelStream::write(const char* bytes, size_t size) {
  if (std::exchange(head_written_, true)) return write_body(bytes, size);
  if (head_.empty()) return channel_.write(bytes, size);
  return channel_.write(head_.data(), head_.size()) < 0 ? -1 : static_cast<ssize_t>(size);
}

ssize_t ChannelStream::write_body(const char* bytes, std::size_t size) {
  const std::size_t first = std::exchange(pause_after_, 0);
  if (first == 0 || first >= size) return channel_.write(bytes, size);
  const bool done = channel_.write(bytes, first) >= 0 && channel_.pause(kBetweenPieces) &&
                    channel_.write(bytes + first, size - first) >= 0;
  return done ? static_cast<ssize_t>(size) : -1;
}

// False at the end, on trouble, and when the head breaks a limit.
bool ChannelStream::fill() {
  if (head_too_large_ || status_line_too_long_) return false;
  if (head_complete_) return read_more();
  for (;;) {
    if (input_.size() >= kMaxResponseHead) head_too_large_ = true;
    const auto newline = std::min(input_.find('\n'), input_.size());
    if (newline > kMaxStatusLine) status_line_too_long_ = true;
    if (head_too_large_ || status_line_too_long_) return give_up();
    const auto end = head_end(input_);
    if (end == std::string::npos) {
      if (append_more()) continue;
      // What is no whole head is still what came, for the library to judge.
      head_complete_ = true;
      return !input_.empty();
    }
    if (!is_interim()) {
      begin_body(end);
      return true;
    }
    input_.erase(0, end);
  }
}

// RFC 9110, section 15.2: any number of 1xx may come before the answer. 101 would end HTTP.
bool ChannelStream::is_interim() const {
  return input_.starts_with("HTTP/1.1 1") && !input_.starts_with("HTTP/1.1 101");
}

void ChannelStream::begin_body(std::size_t head_end) {
  head_complete_ = true;
  const std::string head = lower_case(std::string_view(input_).substr(0, head_end));
  const auto name = head.find("\ntransfer-encoding:");
  if (name == std::string::npos) return;
  const auto value = head.substr(name + 1, head.find('\n', name + 1) - name - 1);
  if (value.find("chunked") == std::string::npos) return;
  const std::string body = input_.substr(head_end);
  input_.resize(head_end);
  input_ += chunks_.emplace().pass(body);
}

// Never nothing, unless it fails.
bool ChannelStream::read_more() {
  input_.clear();
  begin_ = 0;
  while (input_.empty()) {
    if (!append_more()) return false;
  }
  return true;
}

bool ChannelStream::append_more() {
  char buffer[4096];
  const ssize_t count = channel_.read(buffer, sizeof buffer);
  ended_ = count == 0;
  if (count <= 0) return false;
  const std::string_view bytes(buffer, static_cast<std::size_t>(count));
  if (chunks_) {
    input_ += chunks_->pass(bytes);
  } else {
    input_ += bytes;
  }
  if (!head_complete_) first_bytes_ = input_.substr(0, kFirstBytes);
  return true;
}

bool ChannelStream::give_up() {
  input_.clear();
  begin_ = 0;
  return false;
}

}  // namespace slotflow
