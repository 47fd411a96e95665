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

bool is_fifo(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

// Returns false and sets errno if it fails. A device or a FIFO has nothing to remove.
bool remove_content(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return !S_ISREG(status.st_mode) || uninterrupted([&] { return ::ftruncate(fd, 0); }) == 0;
}

}  // namespace

void refuse_report(const std::string& option, const std::string& path, const std::string& reason,
                   const char* hint) {
  throw Error(ErrorCode::io_error, option + ": cannot write " + path + ": " + reason, hint, option);
}

UniqueFd open_report(const std::string& option, const std::string& path, OldContent old,
                     const Interrupt& interrupt) {
  constexpr Duration kBetweenLooks{20};
  const int flags = O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC | O_NONBLOCK |
                    (old == OldContent::goes ? O_TRUNC : 0);
  for (;;) {
    UniqueFd fd(uninterrupted([&] { return ::open(path.c_str(), flags, 0666); }));
    if (fd) {
      ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
      return fd;
    }
    const int error = errno;
    if (error != ENXIO || !is_fifo(path)) {
      refuse_report(option, path, std::generic_category().message(error),
                    error == EMFILE ? kMoreDescriptors : "");
    }
    if (!interrupt.wait(kBetweenLooks)) throw Interrupted();
  }
}

ReportFile::ReportFile(std::string option, std::string path, const Interrupt& interrupt)
    : option_(std::move(option)),
      path_(std::move(path)),
      fd_(open_report(option_, path_, OldContent::stays, interrupt)) {}

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
