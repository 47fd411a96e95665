// Reads the header section of a message, line by line.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/head.h"
#include "http/line_reader.h"
#include "http/parsing.h"

namespace slotflow::http {

// Checks each line as soon as it is complete. Not thread-safe.
class HeadParser {
 public:
  // `problem` is set with `failed`; its status is for a request. Both arguments must outlive this
  // object.
  HeadParser(Role role, const Limits& limits, Problem& problem)
      : role_(role), limits_(limits), problem_(problem) {}

  void reset();

  // Removes bytes from the start of `bytes`, up to the end of the header section. Ignores empty
  // lines before a request, and skips interim responses.
  Progress feed(std::string_view& bytes);

  // True if a byte of the header section has arrived.
  bool started() const { return line_number_ > 0 || !lines_.partial().empty(); }

  // After `complete`: all of it. Before: the part that has been read.
  Head& head() { return head_; }
  const Head& head() const { return head_; }

 private:
  Progress fail(Problem problem);
  Progress skip_empty_lines(std::string_view& bytes);
  Progress check_first_bytes(std::string_view bytes);
  Progress fail_by_limit(std::size_t room);
  Progress end_line();
  Progress parse_header(std::string_view line);
  Progress reject_folded();
  Progress end_head();

  Role role_;
  const Limits& limits_;
  Problem& problem_;
  LineReader lines_;
  Head head_;
  std::size_t line_number_ = 0;  // of complete lines
  std::size_t size_ = 0;         // of these lines
  std::size_t skipped_ = 0;      // bytes of empty lines before a request
  bool cr_ = false;              // the last of these bytes was a CR
};

}  // namespace slotflow::http
