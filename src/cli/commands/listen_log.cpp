#include "cli/commands/listen_log.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/error.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC;
constexpr mode_t kMode = 0666;

bool is_regular_file(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// Returns the last byte of a file that `fd` writes: a line break if there is no line to end, and 0
// if it cannot be read, as when `path` does not name the file or the file may only be written.
char last_byte(int fd, const std::string& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return '\n';
  const UniqueFd reader(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  struct stat found{};
  char last = 0;
  if (reader && ::fstat(reader.get(), &found) == 0 && found.st_dev == status.st_dev &&
      found.st_ino == status.st_ino) {
    [[maybe_unused]] const auto size = ::pread(reader.get(), &last, 1, status.st_size - 1);
  }
  return last;
}

bool end_line(int fd) {
  return uninterrupted([&] { return ::write(fd, "\n", 1); }) == 1;
}

// Ends a last line that was not finished, if it can be read. If that fails, so do the lines after
// it, which is reported.
void end_torn_line(int fd, const std::string& path) {
  const char last = last_byte(fd, path);
  if (last != '\n' && last != 0) end_line(fd);
}

}  // namespace

bool end_failed_line(int fd, const std::string& path) {
  return last_byte(fd, path) == '\n' || end_line(fd);
}

UniqueFd open_log(const std::string& path) {
  if (path.empty()) return UniqueFd();
  UniqueFd fd(uninterrupted([&] { return ::open(path.c_str(), kAppend, kMode); }));
  if (!fd) {
    throw Error(ErrorCode::io_error, "--log: cannot open " + path + ": " + std::strerror(errno), "",
                "--log");
  }
  end_torn_line(fd.get(), path);
  return fd;
}

std::string reopen_log(int fd, const std::string& path) {
  if (!is_regular_file(fd)) return "";
  const UniqueFd now(
      uninterrupted([&] { return ::open(path.c_str(), kAppend | O_NONBLOCK, kMode); }));
  if (!now) return std::strerror(errno);
  if (!is_regular_file(now.get())) return "it is not a regular file";
  end_torn_line(now.get(), path);
  // In one step: a thread may be writing.
  if (uninterrupted([&] { return ::dup2(now.get(), fd); }) == -1) return std::strerror(errno);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return "";
}

}  // namespace slotflow
