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

}  // namespace

bool end_torn_line(int fd, const std::string& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return true;
  const UniqueFd reader(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  struct stat found{};
  char last = 0;  // unknown, as when the file was renamed
  if (reader && ::fstat(reader.get(), &found) == 0 && found.st_dev == status.st_dev &&
      found.st_ino == status.st_ino) {
    [[maybe_unused]] const auto size = ::pread(reader.get(), &last, 1, status.st_size - 1);
  }
  return last == '\n' || uninterrupted([&] { return ::write(fd, "\n", 1); }) == 1;
}

UniqueFd open_log(const std::string& path) {
  if (path.empty()) return UniqueFd();
  UniqueFd fd(uninterrupted([&] { return ::open(path.c_str(), kAppend, kMode); }));
  if (!fd) {
    throw Error(ErrorCode::io_error, "--log: cannot open " + path + ": " + std::strerror(errno), "",
                "--log");
  }
  end_torn_line(fd.get(), path);  // if that fails, so do the lines after it, which is reported
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
