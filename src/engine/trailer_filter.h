// A chunked body without the trailer fields behind its last chunk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slotflow {

// cpp-httplib's client takes trailer fields for a mistake; a recipient may discard them (RFC 9112,
// section 7.1.2). What is no chunked body is passed on as it is, for the library to judge. One
// body; one thread.
class TrailerFilter {
 public:
  // What of `bytes`, the next ones of the body, is to be passed on; may be nothing.
  std::string pass(std::string_view bytes);

 private:
  enum class At { size, data, data_end, trailer, done };

  void end_of_size_line();

  At at_ = At::size;
  std::string line_;        // so far, of a chunk's size or of a trailer field
  std::uint64_t left_ = 0;  // of the chunk's data
};

}  // namespace slotflow
