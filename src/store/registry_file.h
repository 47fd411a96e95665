// The store as a file: read whole, or locked and replaced whole. Knows nothing of what is in it.
// Everything here throws Error{store_error} with the path, and never waits on a FIFO or a device.
#pragma once

#include <string>

#include "system/unique_fd.h"

namespace slotflow {

// The file's bytes; none when there is no file. Takes no lock (a rename shows either the old file
// or the new one) and creates nothing.
std::string read_store_file(const std::string& path);

bool store_file_exists(const std::string& path);

// Exclusive among all processes and threads while it lives. The lock is on the store itself, so
// that no lock file lies about: whoever waited for it finds out whether the file was replaced in
// the meantime, and then locks the new one.
class LockedStoreFile {
 public:
  // Waits for the lock; creates the file (mode 0600, empty) and its directories when missing.
  explicit LockedStoreFile(const std::string& path);
  // Removes the file again when it was created here and nothing was written.
  ~LockedStoreFile();
  LockedStoreFile(const LockedStoreFile&) = delete;
  LockedStoreFile& operator=(const LockedStoreFile&) = delete;

  std::string read() const;
  // The lock is of no use afterwards: the file it is on is no longer the store.
  void replace(const std::string& bytes);

 private:
  bool try_lock();
  void open_or_create();

  std::string path_;    // as the user named it: for messages
  std::string target_;  // where the symbolic links of path_ lead
  UniqueFd file_;
  bool created_ = false;
};

}  // namespace slotflow
