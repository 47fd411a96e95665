#include "system/files.h"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "domain/error.h"
#include "system/descriptors.h"
#include "system/platform.h"
#include "system/uninterrupted.h"
#include "system/unique_fd.h"

namespace slotflow {
namespace {

constexpr std::size_t kMaxFile = 64 * 1024 * 1024;  // bytes; a device never ends

[[noreturn]] void throw_errno(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

void write_all(int fd, const std::string& bytes, const std::string& path) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n =
        uninterrupted([&] { return ::write(fd, bytes.data() + done, bytes.size() - done); });
    if (n < 0) throw_errno(path);
    done += static_cast<std::size_t>(n);
  }
}

bool refuses_permissions(int reason) {
  return reason == EPERM || reason == ENOTSUP || reason == EOPNOTSUPP || reason == ENOSYS;
}

// Gives the new file the owner of the old one: otherwise a change under sudo would lock the owner
// out. If the group cannot be kept, removes its permissions, which would apply to another group.
// Returns false if the file system has no permissions that can be set.
bool take_after(int fd, const struct stat& old, const std::string& path) {
  mode_t mode = old.st_mode & 0777;
  if (::fchown(fd, old.st_uid, old.st_gid) != 0 &&
      ::fchown(fd, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode &= static_cast<mode_t>(~070);
  }
  struct stat status{};
  if (::fstat(fd, &status) == 0 && (status.st_mode & 0777) == mode) return true;
  if (::fchmod(fd, mode) == 0) return true;
  if (!refuses_permissions(errno)) throw_errno(path);
  return false;
}

bool write_new_file(const std::string& path, const std::string& bytes,
                    const std::optional<struct stat>& old) {
  // Removes the file that a killed writer left: in a shared directory it could belong to another
  // user, who has it open.
  ::unlink(path.c_str());
  const UniqueFd file(uninterrupted([&] {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  }));
  if (!file) throw_errno(path);
  try {
    const bool kept = !old || take_after(file.get(), *old, path);
    write_all(file.get(), bytes, path);
    if (sync_to_disk(file.get()) != 0) throw_errno(path);
    return kept;
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

}  // namespace

namespace {

[[noreturn]] void throw_too_large(const std::string& what, const std::string& source) {
  throw Error(ErrorCode::io_error, what + ": expected at most 64 MiB, got more from " + source, "",
              what);
}

std::string read_stream(const std::string& what, std::istream& in) {
  std::string bytes;
  char chunk[65536];
  while (in.read(chunk, sizeof chunk) || in.gcount() > 0) {
    bytes.append(chunk, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMaxFile) throw_too_large(what, "standard input");
  }
  if (in.bad()) throw Error(ErrorCode::io_error, what + ": cannot read standard input", "", what);
  return bytes;
}

}  // namespace

std::string read_bytes(const std::string& what, const std::string& path, std::istream& in) {
  if (path == "-") return read_stream(what, in);
  const auto fail = [&] {
    throw Error(ErrorCode::io_error,
                what + ": cannot read " + path + ": " + std::generic_category().message(errno),
                errno == EMFILE ? kMoreDescriptors : "", what);
  };
  const UniqueFd file(
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); }));
  if (!file) fail();
  std::string bytes;
  char chunk[65536];
  for (;;) {
    const ssize_t n = uninterrupted([&] { return ::read(file.get(), chunk, sizeof chunk); });
    if (n < 0) fail();
    if (n == 0) return bytes;
    bytes.append(chunk, static_cast<std::size_t>(n));
    if (bytes.size() > kMaxFile) {
      throw_too_large(what, path);
    }
  }
}

int why_unreadable(const std::string& path) {
  const UniqueFd file(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); }));
  if (!file) return errno;
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return errno;
  return S_ISDIR(status.st_mode) ? EISDIR : 0;
}

bool replace_file(const std::string& path, const std::string& bytes) {
  std::string parent = std::filesystem::path(path).parent_path().string();
  if (parent.empty()) parent = ".";
  // Opened before anything changes: a directory that cannot be synced must fail early.
  const UniqueFd directory(
      uninterrupted([&] { return ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory) throw_errno(parent);

  std::optional<struct stat> old(std::in_place);
  if (::stat(path.c_str(), &*old) != 0) old.reset();

  const std::string temporary = path + ".tmp";
  const bool kept = write_new_file(temporary, bytes, old);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    throw_errno(path);
  }
  // From here on the temporary file may belong to the next writer. Some file systems cannot sync a
  // directory and return EINVAL.
  if (sync_to_disk(directory.get()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    throw_errno(parent);
  }
  return kept;
}

std::optional<FileIdentity> identity_of_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{static_cast<std::uint64_t>(status.st_dev),
                      static_cast<std::uint64_t>(status.st_ino)};
}

}  // namespace slotflow
