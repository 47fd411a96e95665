#include "store/history_lease.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file_access.h"
#include "system/entropy.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

std::string lease_path(const std::string& history_path, const std::string& owner) {
  return history_path + "-owner-" + owner;
}

// Removes the files of processes that were killed.
void remove_dead(const std::string& history_path) {
  const std::filesystem::path path = history_path;
  const std::string prefix = lease_path(path.filename().string(), "");
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code error;  // what cannot be read now is removed another time
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const std::string owner = name.substr(prefix.size());
    constexpr std::size_t kUuidSize = 36;
    if (owner.size() != kUuidSize || owner.find_first_not_of("0123456789abcdef-") != owner.npos) {
      continue;
    }
    HistoryLease::is_alive(history_path, owner);
  }
}

}  // namespace

HistoryLease::HistoryLease(const std::string& history_path) {
  do {
    owner_ = new_uuid();
    path_ = lease_path(history_path, owner_);
    file_ = open_without_waiting(path_, O_RDWR | O_CREAT | O_EXCL);
    if (!file_) fail_with_file("create", path_, errno);
  } while (!lock());
  remove_dead(history_path);
}

// Returns whether nobody has taken the file for that of a process that has ended, meanwhile.
bool HistoryLease::lock() {
  if (uninterrupted([this] { return ::flock(file_.get(), LOCK_EX | LOCK_NB); }) != 0) {
    const int reason = errno;
    ::unlink(path_.c_str());
    if (reason == EWOULDBLOCK) return false;
    fail_with_file("lock", path_, reason);
  }
  struct stat status{};
  return ::fstat(file_.get(), &status) != 0 || status.st_nlink > 0;
}

HistoryLease::~HistoryLease() {
  ::unlink(path_.c_str());
}

bool HistoryLease::is_alive(const std::string& history_path, const std::string& owner) {
  if (owner.find('/') != std::string::npos) return false;  // damaged: it is in no other folder
  const std::string path = lease_path(history_path, owner);
  const UniqueFd file = open_without_waiting(path, O_RDWR);
  if (!file) return errno != ENOENT;
  // Shared: two that look at once must not take each other for the owner.
  if (uninterrupted([&] { return ::flock(file.get(), LOCK_SH | LOCK_NB); }) != 0) return true;
  ::unlink(path.c_str());
  return false;
}

}  // namespace slotflow
