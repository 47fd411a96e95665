// Finds the end of a message's body and removes its chunks (RFC 9112, sections 6.3 and 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.h"
#include "http/line_reader.h"
#include "http/parsing.h"

namespace slotflow::http {

// Not thread-safe.
class BodyDecoder {
 public:
  // `problem` is set with `failed`; its status is for a request. Both arguments must outlive this
  // object.
  BodyDecoder(Role role, const Limits& limits, Problem& problem)
      : role_(role), limits_(limits), problem_(problem) {}

  // Each starts another body. For a request, a length over max_body fails.
  Progress start_length(std::uint64_t length);
  Progress start_chunked();
  Progress start_until_end();  // of the connection

  // Removes bytes from the start of `bytes`, up to the end of the body.
  Progress feed(std::string_view& bytes);

  bool ends_with_connection() const { return at_ == At::until_end; }

  std::string& body() { return body_; }
  const std::string& body() const { return body_; }
  bool cut() const { return cut_; }  // the body was longer than max_body

 private:
  enum class At { length, until_end, chunk_size, chunk_data, chunk_end, trailer };

  void start(At at);
  Progress fail(int status, std::string reason);
  Progress fail_for_line_end();
  Progress check_size(std::uint64_t size);
  void take(std::string_view& bytes);
  Progress feed_length(std::string_view& bytes);
  Progress feed_chunk_size(std::string_view& bytes);
  Progress feed_chunk_data(std::string_view& bytes);
  Progress feed_chunk_end(std::string_view& bytes);
  Progress feed_trailer(std::string_view& bytes);
  Progress end_trailer(std::string_view line);

  Role role_;
  const Limits& limits_;
  Problem& problem_;
  LineReader lines_;
  At at_ = At::length;
  std::uint64_t left_ = 0;    // bytes of the body or chunk
  bool cr_ = false;           // the CR after a chunk's data has arrived
  std::size_t trailers_ = 0;  // bytes
  std::string body_;
  bool cut_ = false;
};

}  // namespace slotflow::http
