#include "store/file_access.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/error.h"
#include "system/descriptors.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace fs = std::filesystem;

namespace {

constexpr int kMaxLinks = 40;  // as in Linux

std::string hint_for(int reason) {
  switch (reason) {
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a file that you may read and write with --store";
    case ENOSPC:
    case EDQUOT:
      return "free some space and try again; the store is unchanged";
    case EBUSY:
      // A rename cannot replace a mount point.
      return "mount the folder of the store instead of the file, or choose another file with "
             "--store";
    case EMFILE:
      return kMoreDescriptors;
    default:
      return {};
  }
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

void fail_with_file(const std::string& what, const std::string& path, int reason) {
  throw Error(ErrorCode::store_error,
              "cannot " + what + " " + path + ": " + std::generic_category().message(reason),
              hint_for(reason));
}

void expect_regular(const std::string& path, const struct stat& status) {
  if (S_ISREG(status.st_mode)) return;
  throw Error(ErrorCode::store_error,
              path + ": expected a regular file, got " + kind_of(status.st_mode),
              "choose another file with --store");
}

bool find_regular(const std::string& path, struct stat& status) {
  if (::stat(path.c_str(), &status) == 0) {
    expect_regular(path, status);
    return true;
  }
  if (errno != ENOENT) fail_with_file("read", path, errno);
  return false;
}

std::string follow_links(const std::string& path) {
  fs::path target = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    if (links == kMaxLinks) fail_with_file("read", path, ELOOP);
    const fs::path next = fs::read_symlink(target, error);
    if (error) fail_with_file("read", path, error.value());
    target = target.parent_path() / next;  // an absolute `next` replaces the whole
  }
  return target.string();
}

UniqueFd open_without_waiting(const std::string& path, int flags) {
  flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return UniqueFd(uninterrupted([&] { return ::open(path.c_str(), flags, 0600); }));
}

// The XDG Base Directory Specification asks for mode 0700.
void make_directories(const std::string& name) {
  const fs::path directory = name;
  struct stat status{};
  if (directory.empty() || ::stat(directory.c_str(), &status) == 0) return;
  const fs::path parent = directory.parent_path();
  if (parent != directory) make_directories(parent.string());
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    fail_with_file("create the directory", directory.string(), errno);
  }
  // The new name must survive a power cut, too. If it cannot be synced, the store works
  // nevertheless.
  const UniqueFd above = open_without_waiting(parent.empty() ? "." : parent.string(), O_RDONLY);
  if (above) ::fsync(above.get());
}

}  // namespace slotflow
