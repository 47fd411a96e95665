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

[[noreturn]] void refuse_report(const std::string& option, const std::string& path,
                                const std::string& reason, const char* hint = "") {
  throw Error(ErrorCode::io_error, option + ": cannot write " + path + ": " + reason, hint, option);
}

// Returns false and sets errno if it fails. A device or a FIFO has nothing to remove.
bool remove_content(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return !S_ISREG(status.st_mode) || uninterrupted([&] { return ::ftruncate(fd, 0); }) == 0;
}

}  // namespace

UniqueFd open_report(const std::string& option, const std::string& path, OldContent old) {
  const int flags =
      O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC | (old == OldContent::goes ? O_TRUNC : 0);
  UniqueFd fd(uninterrupted([&] { return ::open(path.c_str(), flags, 0666); }));
  if (fd) return fd;
  refuse_report(option, path, std::generic_category().message(errno),
                errno == EMFILE ? kMoreDescriptors : "");
}

ReportFile::ReportFile(std::string option, std::string path)
    : option_(std::move(option)),
      path_(std::move(path)),
      fd_(open_report(option_, path_, OldContent::stays)) {}

void ReportFile::write(const std::string& report, const Interrupt& interrupt) {
  const auto refuse = [this](const std::string& reason) { refuse_report(option_, path_, reason); };
  if (!remove_content(fd_.get())) refuse(std::generic_category().message(errno));
  const OutputPatience patience(interrupt);
  FdOutput file(std::move(fd_), patience);
  std::ostream out(&file);
  out << report << std::flush;
  if (out) return;
  refuse(file.gave_up() ? "nobody reads it" : std::generic_category().message(errno));
}

}  // namespace slotflow
