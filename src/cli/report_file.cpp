#include "cli/report_file.h"

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

// Returns false and sets errno if it fails. A device or a FIFO has nothing to remove.
bool remove_content(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return !S_ISREG(status.st_mode) || uninterrupted([&] { return ::ftruncate(fd, 0); }) == 0;
}

}  // namespace

ReportFile::ReportFile(std::string option, std::string path)
    : option_(std::move(option)),
      path_(std::move(path)),
      fd_(uninterrupted([this] { return ::open(path_.c_str(), kKeepContent, 0666); })) {
  if (fd_) return;
  refuse(std::generic_category().message(errno), errno == EMFILE ? kMoreDescriptors : "");
}

void ReportFile::refuse(const std::string& reason, const char* hint) const {
  throw Error(ErrorCode::io_error, option_ + ": cannot write " + path_ + ": " + reason, hint,
              option_);
}

void ReportFile::write(const std::string& report, const Interrupt& interrupt) {
  if (!remove_content(fd_.get())) refuse(std::generic_category().message(errno));
  const OutputPatience patience(interrupt);
  FdOutput file(std::move(fd_), patience);
  std::ostream out(&file);
  out << report << std::flush;
  if (out) return;
  refuse(file.gave_up() ? "nobody reads it" : std::generic_category().message(errno));
}

}  // namespace slotflow
