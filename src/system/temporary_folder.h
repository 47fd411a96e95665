// A folder that is removed at the end.
#pragma once

#include <filesystem>
#include <string>

namespace slotflow {

class TemporaryFolder {
 public:
  // Creates it in `folder`, its name beginning with slotflow-hooks-`purpose`. Throws
  // Error{io_error}.
  TemporaryFolder(const std::string& folder, const std::string& purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace slotflow
