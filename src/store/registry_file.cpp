#include "store/registry_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "domain/error.h"
#include "store/file_access.h"
#include "system/files.h"
#include "system/interrupt.h"
#include "system/uninterrupted.h"

namespace slotflow {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxMissed = 100;
constexpr Duration kQuiet = std::chrono::seconds(1);
constexpr Duration kLongestPause{50};

// Without a lock, changes of two processes could get lost, so there is no change without one.
[[noreturn]] void fail_to_lock(const std::string& path, int reason) {
  throw Error(ErrorCode::store_error,
              "cannot lock " + path + ": " + std::generic_category().message(reason),
              "choose a file on a file system that has locks with --store");
}

std::string read_from_start(int fd, const std::string& path, const struct stat& status) {
  // One byte more than the file has, so that the end is found without growing the string.
  std::string bytes(static_cast<std::size_t>(status.st_size) + 1, '\0');
  for (std::size_t size = 0;;) {
    if (size == bytes.size()) bytes.resize(2 * bytes.size());
    const ssize_t n = uninterrupted([&] {
      return ::pread(fd, bytes.data() + size, bytes.size() - size, static_cast<off_t>(size));
    });
    if (n < 0) fail_with_file("read", path, errno);
    size += static_cast<std::size_t>(n);
    if (n > 0) continue;
    bytes.resize(size);
    return bytes;
  }
}

bool same_file(int fd, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

std::string read_store_file(const std::string& path) {
  struct stat status{};
  if (!find_regular(path, status)) return {};
  const UniqueFd file = open_without_waiting(path, O_RDONLY);
  if (!file && errno == ENOENT) return {};
  if (!file || ::fstat(file.get(), &status) != 0) fail_with_file("read", path, errno);
  expect_regular(path, status);
  return read_from_start(file.get(), path, status);
}

bool store_file_exists(const std::string& path) {
  struct stat status{};
  return find_regular(path, status);
}

bool others_may_change(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

LockedStoreFile::LockedStoreFile(const std::string& path, const LockWait& wait)
    : path_(path), wait_(wait) {
  for (int missed = 0; !try_lock();) {
    // A name below /proc may refer to a deleted file, which can never be opened again.
    if (!file_ && ++missed == kMaxMissed) fail_with_file("write", path_, ENOENT);
  }
}

// Opens the store into file_. Leaves it empty if another process was faster; then try again.
void LockedStoreFile::open_or_create() {
  struct stat status{};
  const bool exists = find_regular(path_, status);
  target_ = follow_links(path_);
  created_ = false;
  if (exists) {
    file_ = open_without_waiting(target_, O_RDWR | O_NOFOLLOW);
    if (!file_ && errno != ENOENT) fail_with_file("write", path_, errno);
    return;
  }
  make_directories(fs::path(target_).parent_path().string());
  file_ = open_without_waiting(target_, O_RDWR | O_CREAT | O_EXCL);
  if (!file_ && errno != EEXIST) fail_with_file("create", path_, errno);
  created_ = static_cast<bool>(file_);
}

bool LockedStoreFile::try_lock() {
  file_ = UniqueFd();
  open_or_create();
  if (!file_) return false;
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) fail_with_file("read", path_, errno);
  expect_regular(path_, status);
  if (!wait_for_lock()) return false;
  // The previous owner of the lock may have replaced or removed this file.
  return same_file(file_.get(), target_);
}

// Returns false if the file was replaced or removed: another process goes on, so this one does,
// too. flock() would wait without an end, and could not be interrupted.
bool LockedStoreFile::wait_for_lock() {
  Duration waited{0};
  Duration next{1};
  while (uninterrupted([this] { return ::flock(file_.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) fail_to_lock(path_, errno);
    if (!same_file(file_.get(), target_)) return false;
    if (waited >= wait_.limit) {
      throw Error(ErrorCode::store_error,
                  "cannot lock " + path_ + ": another process has held its lock for " +
                      to_string(wait_.limit),
                  "find that process with 'fuser " + path_ + "', and end it");
    }
    if (waited >= kQuiet && !told_) {
      told_ = true;
      wait_.warn("waiting for " + path_ + ", which another process has locked");
    }
    if (!wait_.pause(next)) throw Interrupted();
    waited += next;
    next = std::min(2 * next, kLongestPause);
  }
  return true;
}

LockedStoreFile::~LockedStoreFile() {
  struct stat status{};
  // A process that waits for this lock will find that the name is gone, and start again.
  if (created_ && same_file(file_.get(), target_) && ::fstat(file_.get(), &status) == 0 &&
      status.st_size == 0) {
    ::unlink(target_.c_str());
  }
}

std::string LockedStoreFile::read() const {
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) fail_with_file("read", path_, errno);
  return read_from_start(file_.get(), path_, status);
}

void LockedStoreFile::replace(const std::string& bytes) {
  try {
    const bool kept = replace_file(target_, bytes);
    created_ = false;
    if (!kept) {
      wait_.warn("the file system does not keep the permissions of " + path_ +
                 ": other users may be able to read its secrets");
    }
  } catch (const std::system_error& error) {
    if (error.code().value() == EEXIST) {
      throw Error(ErrorCode::store_error,
                  "cannot write " + path_ + ": " + target_ + ".tmp is in the way",
                  "move " + target_ + ".tmp to another place");
    }
    fail_with_file("write", path_, error.code().value());
  }
}

}  // namespace slotflow
