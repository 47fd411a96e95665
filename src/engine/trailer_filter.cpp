#include "engine/trailer_filter.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace slotflow {

namespace {

constexpr std::size_t kMaxLine = 8 * 1024;  // bytes; the library has its own, smaller

}  // namespace

std::string TrailerFilter::pass(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    if (at_ == At::done) return out.append(bytes);
    if (at_ == At::data) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      out += bytes.substr(0, count);
      bytes.remove_prefix(count);
      left_ -= count;
      if (left_ == 0) at_ = At::data_end;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (at_ != At::trailer) out += c;
    if (line_.size() < kMaxLine) line_ += c;
    if (c != '\n') continue;
    if (at_ == At::size) {
      end_of_size_line();
    } else if (at_ == At::data_end) {
      at_ = At::size;
    } else if (line_ == "\r\n" || line_ == "\n") {
      out += "\r\n";
      at_ = At::done;
    }
    line_.clear();
  }
  return out;
}

void TrailerFilter::end_of_size_line() {
  const char* end = line_.data() + line_.size();
  const auto [stop, error] = std::from_chars(line_.data(), end, left_, 16);
  if (error != std::errc()) {
    at_ = At::done;  // no chunk at all
  } else {
    at_ = left_ > 0 ? At::data : At::trailer;
  }
}

}  // namespace slotflow
