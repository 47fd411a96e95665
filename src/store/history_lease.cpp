#include "store/history_lease.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/file_access.h"
#include "system/entropy.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

std::string lease_path(const std::string& history_path, const std::string& owner) {
  return history_path + "-owner-" + owner;
}

}  // namespace

HistoryLease::HistoryLease(std::string history_path)
    : owner_(new_uuid()), path_(lease_path(history_path, owner_)) {
  file_ = open_without_waiting(path_, O_RDWR | O_CREAT | O_EXCL);
  if (!file_) fail_with_file("create", path_, errno);
  if (uninterrupted([this] { return ::flock(file_.get(), LOCK_EX | LOCK_NB); }) != 0) {
    const int reason = errno;
    ::unlink(path_.c_str());
    fail_with_file("lock", path_, reason);
  }
}

HistoryLease::~HistoryLease() {
  ::unlink(path_.c_str());
}

bool HistoryLease::is_alive(const std::string& history_path, const std::string& owner) {
  const std::string path = lease_path(history_path, owner);
  const UniqueFd file = open_without_waiting(path, O_RDWR);
  if (!file) return errno != ENOENT;
  if (uninterrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) return true;
  ::unlink(path.c_str());
  return false;
}

}  // namespace slotflow
