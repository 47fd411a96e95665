#include "cli/commands/junit_file.h"

#include <cerrno>
#include <ostream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/error.h"
#include "system/descriptors.h"
#include "system/fd_output.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

constexpr int kKeepContent = O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC;

[[noreturn]] void refuse_junit(const std::string& path, const std::string& reason,
                               const char* hint = "") {
  throw Error(ErrorCode::io_error, "--junit: cannot write " + path + ": " + reason, hint,
              "--junit");
}

// Returns false and sets errno if it fails. A device or a FIFO has nothing to remove.
bool remove_content(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return !S_ISREG(status.st_mode) || uninterrupted([&] { return ::ftruncate(fd, 0); }) == 0;
}

}  // namespace

JunitFile::JunitFile(std::string path)
    : path_(std::move(path)),
      fd_(uninterrupted([this] { return ::open(path_.c_str(), kKeepContent, 0666); })) {
  if (fd_) return;
  refuse_junit(path_, std::generic_category().message(errno),
               errno == EMFILE ? kMoreDescriptors : "");
}

void JunitFile::write(const std::string& xml, const Interrupt& interrupt) {
  if (!remove_content(fd_.get())) refuse_junit(path_, std::generic_category().message(errno));
  const OutputPatience patience(interrupt);
  FdOutput file(std::move(fd_), patience);
  std::ostream out(&file);
  out << xml << std::flush;
  if (out) return;
  refuse_junit(path_, file.gave_up() ? "nobody reads it" : std::generic_category().message(errno));
}

}  // namespace slotflow
