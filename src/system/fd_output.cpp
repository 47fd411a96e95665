#include "system/fd_output.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/platform.h"

namespace slotflow {

namespace {

bool is_regular(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// write(2) can block even after poll(2): another process may fill the pipe between the two, and a
// terminal may take only a part. Setting O_NONBLOCK on `fd` would affect every process that shares
// it, so the file is opened again. Returns an empty UniqueFd if that is not possible.
UniqueFd reopen(int fd) {
  struct stat status{};
  const bool can_be = ::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || ::isatty(fd) == 1);
  const int flags = ::fcntl(fd, F_GETFL);
  if (!can_be || flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return UniqueFd();
  return reopen_without_waiting(fd);
}

// Returns how many of `bytes` to write at once, so that a reader that is abandoned has whole lines:
// those that fit into PIPE_BUF bytes, or one that does not fit.
std::size_t whole_lines(std::string_view bytes) {
  const std::size_t last = bytes.substr(0, PIPE_BUF).rfind('\n');
  const std::size_t end = last != std::string_view::npos ? last : bytes.find('\n', PIPE_BUF);
  return end == std::string_view::npos ? bytes.size() : end + 1;
}

}  // namespace

FdOutput::FdOutput(int fd, const OutputPatience& patience)
    : fd_(fd), reopened_(reopen(fd)), may_wait_(!is_regular(fd)), patience_(patience) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

FdOutput::FdOutput(UniqueFd fd, const OutputPatience& patience) : FdOutput(fd.get(), patience) {
  own_ = std::move(fd);
}

std::size_t FdOutput::write_out(std::string_view bytes) {
  const int fd = reopened_ ? reopened_.get() : fd_;
  std::size_t done = 0;
  while (done < bytes.size() && !gave_up_) {
    if (may_wait_ && !patience_.wait_until_writable(fd)) {
      was_slow_ = steady_now() - last_written_ < OutputPatience::kStopped;
      gave_up_ = true;
      break;
    }
    std::size_t size = bytes.size() - done;
    if (may_wait_ && size > PIPE_BUF) {
      size = whole_lines(bytes.substr(done));
      if (!reopened_) size = std::min<std::size_t>(size, PIPE_BUF);
    }
    const ssize_t written = ::write(fd, bytes.data() + done, size);
    if (written >= 0) {
      if (may_wait_) last_written_ = steady_now();
      done += static_cast<std::size_t>(written);
    } else if (errno != EINTR && errno != EAGAIN) {
      error_ = errno;
      break;
    }
  }
  return done;
}

FdOutput::int_type FdOutput::overflow(int_type byte) {
  if (sync() != 0) return traits_type::eof();
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  return sputc(traits_type::to_char_type(byte));
}

int FdOutput::sync() {
  const std::string_view waiting(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());  // a failed write is not repeated
  return write_out(waiting) == waiting.size() ? 0 : -1;
}

std::streamsize FdOutput::xsputn(const char* bytes, std::streamsize size) {
  if (size > epptr() - pptr() && sync() != 0) return 0;
  if (size > epptr() - pptr()) {
    return static_cast<std::streamsize>(write_out({bytes, static_cast<std::size_t>(size)}));
  }
  std::copy(bytes, bytes + size, pptr());
  pbump(static_cast<int>(size));
  return size;
}

}  // namespace slotflow
