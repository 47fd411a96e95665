#include "engine/server_stream.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <system_error>

#include <sys/ioctl.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace slotflow {

namespace {

constexpr Duration kWriteDeadline = std::chrono::seconds(10);
constexpr std::size_t kReadAtOnce = 4096;       // of a head: most requests are one read
constexpr std::size_t kReadOfBody = 64 * 1024;  // at most

// The size a chunk begins with; what follows it is an extension, or nothing.
std::optional<std::uint64_t> chunk_size(std::string_view line) {
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  line.remove_prefix(static_cast<std::size_t>(stop - line.data()));
  const auto next = line.find_first_not_of(" \t");
  const bool alone = next == std::string_view::npos || line[next] == ';';
  return error == std::errc() && alone ? std::optional(size) : std::nullopt;
}

HttpProblem too_large(std::size_t max) {
  return {413, "the body is over " + std::to_string(max) + " bytes"};
}

ServerStream::Ending ending_of(const std::optional<Failure>& trouble) {
  if (!trouble) return ServerStream::Ending::closed;
  switch (trouble->kind) {
    case FailureKind::timeout:
      return ServerStream::Ending::timed_out;
    case FailureKind::interrupted:
      return ServerStream::Ending::interrupted;
    case FailureKind::tls:
      return ServerStream::Ending::tls;
    default:
      return ServerStream::Ending::reset;
  }
}

const char* describe(ServerStream::Ending ending) {
  switch (ending) {
    case ServerStream::Ending::closed:
      return "the client closed the connection half way";
    case ServerStream::Ending::reset:
      return "the client reset the connection half way";
    case ServerStream::Ending::timed_out:
      return "the request was not complete in time";
    case ServerStream::Ending::tls:
      return "what came was not in order under TLS";
    case ServerStream::Ending::interrupted:
    case ServerStream::Ending::none:
      break;
  }
  return "the receiver was stopped half way";
}

// Waits until the client's machine has what was sent, or a second: a reset throws away what it has
// not.
void wait_until_sent(int fd, const Interrupt& stopping) {
#ifdef SIOCOUTQ
  const PollDeadline end(kLinger, stopping);
  for (int unsent = 1; !end.passed();) {
    if (::ioctl(fd, SIOCOUTQ, &unsent) != 0 || unsent == 0) return;
    if (!stopping.wait(Duration(1))) return;
  }
#else
  stopping.wait(Duration(50));
  static_cast<void>(fd);
#endif
}

}  // namespace

bool was_refused(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0;
}

ServerStream::ServerStream(int fd, const Interrupt& stopping)
    : fd_(fd), stopping_(stopping), deadline_(Duration(0), stopping), channel_(fd, deadline_) {}

void ServerStream::give_time(Duration duration) {
  deadline_ = PollDeadline(duration, stopping_);
  channel_.renew();
}

std::optional<HttpProblem> ServerStream::accept_tls(const TlsIdentity& identity,
                                                    Duration deadline) {
  give_time(deadline);
  if (channel_.accept_tls(identity)) return std::nullopt;
  const Failure& trouble = *channel_.trouble();
  const std::string why =
      trouble.detail.empty() ? std::string(to_string(trouble.kind)) : trouble.detail;
  return HttpProblem{std::nullopt, "no TLS connection came about: " + why};
}

// Appends at most `size` bytes of what the connection has to input_; false when it has ended, and
// ending_ says how.
bool ServerStream::fill(std::size_t size) {
  if (ending_ != Ending::none) return false;
  if (position_ == input_.size()) {
    input_.clear();
    position_ = 0;
  }
  const std::size_t before = input_.size();
  input_.resize(before + size);
  const ssize_t count = channel_.read(input_.data() + before, size);
  input_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return true;
  ending_ = ending_of(channel_.trouble());
  return false;
}

bool ServerStream::wait_for_request(Duration idle) {
  if (position_ < input_.size()) return true;
  if (ending_ != Ending::none) return false;
  give_time(idle);
  return fill(kReadAtOnce);
}

std::variant<HttpHead, HttpProblem> ServerStream::read_head(Duration deadline) {
  give_time(deadline);
  for (;;) {
    const auto unread = std::string_view(input_).substr(position_);
    // RFC 8446, section 5.1: a handshake record. There will be no line's end to wait for.
    if (unread.starts_with("\x16\x03")) {
      return HttpProblem{std::nullopt, "this is TLS, and plain HTTP is spoken here"};
    }
    if (auto problem = head_too_large(unread)) return *problem;
    const auto end = head_end(unread);
    if (end != std::string_view::npos) {
      auto head = parse_head(unread.substr(0, end));
      position_ += end;
      return head;
    }
    if (!fill(kReadAtOnce)) {
      return problem_of_ending(ending_ == Ending::timed_out ? std::optional(408) : std::nullopt);
    }
  }
}

HttpProblem ServerStream::problem_of_ending(std::optional<int> status) const {
  return {status, describe(ending_)};
}

std::optional<HttpProblem> ServerStream::read_body(const HttpHead& head, std::size_t max,
                                                   std::string& body) {
  if (head.content_length > max) return too_large(max);
  const bool nothing_yet = position_ == input_.size();
  if (head.expects_continue && nothing_yet) send("HTTP/1.1 100 Continue\r\n\r\n");
  if (head.chunked) return read_chunked(max, body);
  if (read_exactly(body, static_cast<std::size_t>(head.content_length))) return std::nullopt;
  return problem_of_ending(std::nullopt);
}

std::optional<char> ServerStream::next_byte() {
  if (position_ == input_.size() && !fill(kReadAtOnce)) return std::nullopt;
  return input_[position_++];
}

// A line without its CRLF. An LF alone is refused: others may not see a line's end in it.
bool ServerStream::read_line(std::string& line) {
  line.clear();
  while (line.size() < kMaxHeaderLine) {
    const auto byte = next_byte();
    if (!byte) return false;
    if (*byte == '\n') {
      const bool whole = line.ends_with('\r');
      if (whole) line.pop_back();
      return whole;
    }
    line.push_back(*byte);
  }
  return false;
}

// Appends the next `size` bytes to `bytes`.
bool ServerStream::read_exactly(std::string& bytes, std::size_t size) {
  while (size > 0) {
    if (position_ == input_.size() && !fill(std::min(size, kReadOfBody))) return false;
    const std::size_t count = std::min(size, input_.size() - position_);
    bytes.append(input_, position_, count);
    position_ += count;
    size -= count;
  }
  return true;
}

// RFC 9112, section 7.1, to the end of the trailers.
std::optional<HttpProblem> ServerStream::read_chunked(std::size_t max, std::string& body) {
  const auto broken = [&] {
    return ending_ != Ending::none ? problem_of_ending(std::nullopt)
                                   : HttpProblem{400, "the chunked body breaks HTTP's rules"};
  };
  std::string line;
  for (;;) {
    const auto size = read_line(line) ? chunk_size(line) : std::nullopt;
    if (!size) return broken();
    if (*size == 0) break;
    if (*size > max - body.size()) return too_large(max);
    const bool whole = read_exactly(body, static_cast<std::size_t>(*size)) && read_line(line);
    if (!whole || !line.empty()) return broken();
  }
  for (std::size_t trailers = 0; read_line(line); trailers += line.size()) {
    if (line.empty()) return std::nullopt;
    if (trailers > kMaxHead) break;
  }
  return broken();
}

bool ServerStream::send(std::string_view bytes) {
  const PollDeadline before = deadline_;
  give_time(kWriteDeadline);
  const bool sent = channel_.write(bytes.data(), bytes.size()) >= 0;
  deadline_ = before;
  return sent && !channel_.pipe_broken() && !was_refused(fd_);
}

bool ServerStream::play(const WirePlan& plan) {
  const bool sent = plan.over > Duration(0) ? send_slowly(plan) : send(plan.bytes);
  switch (plan.end) {
    case WirePlan::End::keep:
      break;
    case WirePlan::End::close:
      linger();
      break;
    case WirePlan::End::reset: {
      wait_until_sent(fd_, stopping_);
      const struct linger no_goodbye { 1, 0 };
      ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &no_goodbye, sizeof no_goodbye);
      break;
    }
    case WirePlan::End::hold:
      discard_until(PollDeadline(std::chrono::hours(24 * 365), stopping_));
      break;
  }
  return sent;
}

bool ServerStream::send_slowly(const WirePlan& plan) {
  const auto begin = PollDeadline::Steady::now();
  const std::size_t last = std::max<std::size_t>(plan.bytes.size(), 2) - 1;
  for (std::size_t i = 0; i < plan.bytes.size(); ++i) {
    const auto due =
        begin + plan.over * static_cast<Duration::rep>(i) / static_cast<Duration::rep>(last);
    const auto left = std::chrono::ceil<Duration>(due - PollDeadline::Steady::now());
    if (!stopping_.wait(left) || !send(std::string_view(plan.bytes).substr(i, 1))) return false;
  }
  return true;
}

// Reads and throws away, until the client leaves or the time is over.
void ServerStream::discard_until(const PollDeadline& end) {
  deadline_ = end;
  channel_.renew();
  char bytes[1024];
  while (channel_.read(bytes, sizeof bytes) > 0) {
  }
}

void ServerStream::linger() {
  channel_.close_tls();
  ::shutdown(fd_, SHUT_WR);
  discard_until(PollDeadline(kLinger, stopping_));
}

}  // namespace slotflow
