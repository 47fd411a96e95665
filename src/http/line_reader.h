// Assembles lines from the pieces in which they arrive (RFC 9112, section 2.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/parsing.h"

namespace slotflow::http {

// Looks at each byte once. A line ends in CRLF or LF. Not thread-safe.
class LineReader {
 public:
  // Removes bytes from the start of `bytes`, up to the end of the line. Fails if the line has more
  // than `limit` bytes, including its end. `limit` must not change within a line.
  Progress feed(std::string_view& bytes, std::size_t limit);

  // After `complete`: returns the line without its end. Valid until the next call of feed() and as
  // long as the bytes given to feed().
  std::string_view line() const { return line_; }
  std::size_t size() const { return size_; }  // of that line with its end
  bool ended_in_crlf() const { return crlf_; }

  // The beginning of a line that is not complete yet.
  std::string_view partial() const { return complete_ ? std::string_view() : partial_; }

  void reset();

 private:
  std::string partial_;
  std::string_view line_;
  std::size_t size_ = 0;
  bool crlf_ = false;
  bool complete_ = false;
};

}  // namespace slotflow::http
