#include "http/line_reader.h"

namespace slotflow::http {

Progress LineReader::feed(std::string_view& bytes, std::size_t limit) {
  if (complete_) reset();
  const std::size_t room = limit - partial_.size();
  const auto newline = bytes.substr(0, room).find('\n');
  if (newline == std::string_view::npos) {
    if (bytes.size() > room) return Progress::failed;
    partial_ += bytes;
    bytes = {};
    return Progress::more;
  }
  line_ = bytes.substr(0, newline);
  bytes.remove_prefix(newline + 1);
  if (!partial_.empty()) line_ = partial_ += line_;
  size_ = line_.size() + 1;
  crlf_ = line_.ends_with('\r');
  if (crlf_) line_.remove_suffix(1);
  complete_ = true;
  return Progress::complete;
}

void LineReader::reset() {
  if (!partial_.empty()) std::string().swap(partial_);  // frees a large one
  line_ = {};
  complete_ = false;
}

}  // namespace slotflow::http
