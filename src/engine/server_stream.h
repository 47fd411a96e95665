// One accepted connection, buffered both ways, as cpp-httplib's server sees it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/deadline.h"
#include "engine/http_head.h"
#include "engine/httplib_stream.h"

namespace slotflow {

// Does not own the socket, which must be non-blocking. One thread.
class ServerStream final : public HttplibStream {
 public:
  enum class Ending { none, closed, reset, timed_out, interrupted };

  ServerStream(int fd, const Interrupt& stopping) : fd_(fd), stopping_(stopping) {}

  // Waits for a request's first byte; false when none came.
  bool wait_for_request(Duration idle);
  // Reads a whole head. From here to the end of the body, `deadline` is for everything together.
  std::variant<HttpHead, HttpProblem> read_head(Duration deadline);
  // Reads a chunked body (RFC 9112, section 7.1) of at most `max` bytes, to the end of its
  // trailers. Strict: cpp-httplib's reader takes what stands between two chunks for the end of the
  // body, and the rest of it for the next request.
  std::optional<HttpProblem> read_chunked(std::size_t max, std::string& body);
  // Puts `bytes` in front of what is still unread.
  void unread(std::string_view bytes) { input_.insert(position_, bytes); }

  ssize_t read(char* bytes, size_t size) override;
  // Collects; what is collected is sent by flush(), in one piece.
  ssize_t write(const char* bytes, size_t size) override {
    output_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  // False when not all could be sent, or the client had gone and its side refused it.
  bool flush();
  // Ends the sending side and reads for a moment what the client still sends: closing at once
  // would reset the connection, and the client might never see the answer.
  void linger();

  socket_t socket() const override { return fd_; }
  Ending ending() const { return ending_; }

 private:
  bool was_refused() const;
  bool fill();
  HttpProblem problem_of_ending() const;
  bool read_line(std::string& line);
  bool read_exactly(std::string& bytes, std::size_t size);

  int fd_;
  const Interrupt& stopping_;
  std::optional<Deadline> deadline_;
  std::string input_;
  std::size_t position_ = 0;  // of the first unread byte in input_
  std::string output_;
  Ending ending_ = Ending::none;
};

// Why the request ended before it was whole, for people.
std::string describe(ServerStream::Ending ending);

}  // namespace slotflow
