#include "system/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "domain/error.h"

namespace slotflow {

TemporaryFolder::TemporaryFolder(const std::string& folder, const std::string& purpose) {
  std::string pattern = folder + "/slotflow-hooks-" + purpose + "-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(
        ErrorCode::io_error,
        "cannot create a temporary folder in " + folder + ": " + std::strerror(errno),
        "set the environment variable TMPDIR to a folder that exists and that you may write");
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace slotflow
