// The permissions of a file.
#pragma once

#include <string>

#include <sys/stat.h>

namespace slotflow::test {

// Returns 0 if there is no such file. A link is not followed.
inline mode_t mode_of(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

}  // namespace slotflow::test
