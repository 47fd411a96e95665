// The stream that cpp-httplib's client speaks HTTP over.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "engine/channel.h"
#include "engine/httplib_stream.h"
#include "engine/trailer_filter.h"

namespace slotflow {

// Gives the library one whole answer's head at a time, without the interim ones before it, and
// notes what the library forgets: what kind of end the connection came to, and whether what came
// looked like HTTP at all. One request and its answer; one thread.
class ChannelStream final : public HttplibStream {
 public:
  // `head` goes out in place of the one that the library writes, unless it is empty.
  // `pause_after` is as in Request.
  ChannelStream(Channel& channel, std::string head, std::size_t pause_after)
      : channel_(channel), head_(std::move(head)), pause_after_(pause_after) {}

  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  socket_t socket() const override { return channel_.fd(); }

  bool ended() const { return ended_; }                                // in order
  bool head_too_large() const { return head_too_large_; }              // over 64 KiB
  bool status_line_too_long() const { return status_line_too_long_; }  // over 1 KiB
  const std::string& first_bytes() const { return first_bytes_; }      // of the answer, a few

 private:
  ssize_t write_body(const char* bytes, std::size_t size);
  bool fill();
  bool is_interim() const;
  void begin_body(std::size_t head_end);
  bool read_more();
  bool append_more();
  bool give_up();

  Channel& channel_;
  std::string head_;
  std::size_t pause_after_;
  bool head_written_ = false;
  std::string input_;
  std::size_t begin_ = 0;  // of what is unread in input_
  std::string first_bytes_;
  std::optional<TrailerFilter> chunks_;  // of a chunked body
  bool ended_ = false;
  bool head_complete_ = false;
  bool head_too_large_ = false;
  bool status_line_too_long_ = false;
};

}  // namespace slotflow
