// Types shared by the parts of the reader.
#pragma once

#include <cstddef>
#include <string>

namespace slotflow::http {

enum class Role { request, response };  // the kind of message to read

enum class Progress { more, complete, failed };  // more: more input is needed

// In bytes, unless stated otherwise. A message over a limit is rejected; max_body differs for
// responses.
struct Limits {
  std::size_t max_head = 64 * 1024;  // the header section, with its first line and all line ends
  std::size_t max_line = 64 * 1024;  // one line of it, with its end; a trailer's line, too
  std::size_t max_headers = 1'000;   // the number of headers
  std::size_t max_chunk_line = 8 * 1024;  // a chunk's size with its extensions and line end
  std::size_t max_trailers = 64 * 1024;   // all of them, with line ends
  // Requests: a larger body is rejected with 413 as soon as its size is known.
  // Responses: only this much of the body is kept; the rest is consumed and discarded.
  std::size_t max_body = 1024 * 1024;
};

// Returns "8 KiB", or "1000 bytes" if it is not a number of KiB.
std::string size_text(std::size_t bytes);

}  // namespace slotflow::http
