// The store as a file, whatever its contents: reads it, or locks and replaces it. All functions
// throw Error{store_error} with the path, and never wait for a FIFO or a device.
#pragma once

#include <string>

#include "store/lock_wait.h"
#include "system/unique_fd.h"

namespace slotflow {

// Returns the bytes of the file, or an empty string if there is no file. Needs no lock: a rename
// shows either the old file or the new one.
std::string read_store_file(const std::string& path);

bool store_file_exists(const std::string& path);

// Returns whether users besides the owner of the file may write it.
bool others_may_change(const std::string& path);

// Holds an exclusive lock on the store file itself (no separate lock file), among all processes and
// threads. After waiting, reopens and relocks if the file was replaced meanwhile.
class LockedStoreFile {
 public:
  // Waits for the lock. Creates the file (mode 0600, empty) and its directories if missing. `wait`
  // must outlive this object. Throws Interrupted if its pause was.
  LockedStoreFile(const std::string& path, const LockWait& wait);
  // Removes the file if it was created here and nothing was written.
  ~LockedStoreFile();
  LockedStoreFile(const LockedStoreFile&) = delete;
  LockedStoreFile& operator=(const LockedStoreFile&) = delete;

  std::string read() const;
  // Replaces the store. Afterwards, the locked file is no longer the store. Warns if the file
  // system does not keep its permissions.
  void replace(const std::string& bytes);

 private:
  bool try_lock();
  bool wait_for_lock();
  void open_or_create();

  std::string path_;    // as given by the user, for messages
  std::string target_;  // path_ with its symbolic links followed
  const LockWait& wait_;
  bool told_ = false;  // that it waits
  UniqueFd file_;
  bool created_ = false;
};

}  // namespace slotflow
