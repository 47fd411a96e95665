#include "engine/server_stream.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>

#include <sys/socket.h>

namespace slotflow {

namespace {

constexpr Duration kWriteDeadline = std::chrono::seconds(10);
constexpr Duration kLinger = std::chrono::seconds(1);

ssize_t send_quietly(int fd, const char* bytes, std::size_t size) {
#ifdef MSG_NOSIGNAL
  return ::send(fd, bytes, size, MSG_NOSIGNAL);
#else
  return ::send(fd, bytes, size, 0);
#endif
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// The size a chunk begins with; what follows it is an extension, or nothing.
std::optional<std::uint64_t> chunk_size(std::string_view line) {
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  line.remove_prefix(static_cast<std::size_t>(stop - line.data()));
  const auto next = line.find_first_not_of(" \t");
  const bool alone = next == std::string_view::npos || line[next] == ';';
  return error == std::errc() && alone ? std::optional(size) : std::nullopt;
}

}  // namespace

std::string describe(ServerStream::Ending ending) {
  switch (ending) {
    case ServerStream::Ending::closed:
      return "the client closed the connection half way";
    case ServerStream::Ending::reset:
      return "the client reset the connection half way";
    case ServerStream::Ending::timed_out:
      return "the request was not complete in time";
    case ServerStream::Ending::interrupted:
    case ServerStream::Ending::none:
      break;
  }
  return "the receiver was stopped half way";
}

// Appends what the connection has to input_; false when it has ended, and ending_ says how.
bool ServerStream::fill() {
  if (ending_ != Ending::none) return false;
  if (position_ == input_.size()) {
    input_.clear();
    position_ = 0;
  }
  char bytes[16 * 1024];
  for (;;) {
    // A client that always has one more byte ready would never let a wait see the end.
    if (deadline_->passed()) {
      ending_ = Ending::timed_out;
      return false;
    }
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count > 0) {
      input_.append(bytes, static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0 || !would_block()) {
      ending_ = count == 0 ? Ending::closed : Ending::reset;
      return false;
    }
    switch (deadline_->wait(fd_, POLLIN)) {
      case WaitResult::ready:
        continue;
      case WaitResult::timed_out:
        ending_ = Ending::timed_out;
        return false;
      case WaitResult::interrupted:
        ending_ = Ending::interrupted;
        return false;
    }
  }
}

bool ServerStream::wait_for_request(Duration idle) {
  if (position_ < input_.size()) return true;
  deadline_.emplace(idle, stopping_);
  return fill();
}

std::variant<HttpHead, HttpProblem> ServerStream::read_head(Duration deadline) {
  deadline_.emplace(deadline, stopping_);
  for (;;) {
    const auto unread = std::string_view(input_).substr(position_);
    if (auto problem = head_too_large(unread)) return *problem;
    const auto end = head_end(unread);
    if (end != std::string_view::npos) {
      auto head = parse_head(unread.substr(0, end));
      position_ += end;
      return head;
    }
    if (!fill()) return problem_of_ending();
  }
}

HttpProblem ServerStream::problem_of_ending() const {
  const bool can_answer = ending_ == Ending::timed_out;
  return {can_answer ? std::optional(408) : std::nullopt, describe(ending_)};
}

// A line without its CRLF. An LF alone is refused: others may not see a line's end in it.
bool ServerStream::read_line(std::string& line) {
  line.clear();
  for (char byte = 0; line.size() < kMaxHeaderLine && read(&byte, 1) == 1;) {
    if (byte == '\n') {
      const bool whole = line.ends_with('\r');
      if (whole) line.pop_back();
      return whole;
    }
    line.push_back(byte);
  }
  return false;
}

// Appends the next `size` bytes to `bytes`.
bool ServerStream::read_exactly(std::string& bytes, std::size_t size) {
  char buffer[4096];
  while (size > 0) {
    const ssize_t count = read(buffer, std::min(size, sizeof buffer));
    if (count <= 0) return false;
    bytes.append(buffer, static_cast<std::size_t>(count));
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<HttpProblem> ServerStream::read_chunked(std::size_t max, std::string& body) {
  const auto broken = [&] {
    return ending_ != Ending::none ? HttpProblem{std::nullopt, describe(ending_)}
                                   : HttpProblem{400, "the chunked body breaks HTTP's rules"};
  };
  std::string line;
  for (;;) {
    const auto size = read_line(line) ? chunk_size(line) : std::nullopt;
    if (!size) return broken();
    if (*size == 0) break;
    if (*size > max - body.size()) {
      return HttpProblem{413, "the body is over " + std::to_string(max) + " bytes"};
    }
    const bool whole = read_exactly(body, static_cast<std::size_t>(*size)) && read_line(line);
    if (!whole || !line.empty()) return broken();
  }
  for (std::size_t trailers = 0; read_line(line); trailers += line.size()) {
    if (line.empty()) return std::nullopt;
    if (trailers > kMaxHead) break;
  }
  return broken();
}

ssize_t ServerStream::read(char* bytes, size_t size) {
  if (position_ == input_.size()) {
    if (!output_.empty() && !flush()) return -1;  // "100 Continue" must go out first
    if (!fill()) return ending_ == Ending::closed ? 0 : -1;
  }
  const std::size_t count = std::min(size, input_.size() - position_);
  std::copy_n(input_.data() + position_, count, bytes);
  position_ += count;
  return static_cast<ssize_t>(count);
}

bool ServerStream::flush() {
  const Deadline deadline(kWriteDeadline, stopping_);
  std::size_t sent = 0;
  while (sent < output_.size()) {
    const ssize_t count = send_quietly(fd_, output_.data() + sent, output_.size() - sent);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (!would_block() || deadline.wait(fd_, POLLOUT) != WaitResult::ready) {
      break;
    }
  }
  const bool all = sent == output_.size();
  output_.clear();
  return all && !was_refused();
}

// A client that has closed its socket answers with a reset, on one machine at once.
bool ServerStream::was_refused() const {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0;
}

void ServerStream::linger() {
  ::shutdown(fd_, SHUT_WR);
  const Deadline deadline(kLinger, stopping_);
  char bytes[16 * 1024];
  while (!deadline.passed()) {
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count == 0 || (count < 0 && !would_block())) return;
    if (count < 0 && deadline.wait(fd_, POLLIN) != WaitResult::ready) return;
  }
}

}  // namespace slotflow
