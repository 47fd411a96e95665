#include "system/platform.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#ifdef __linux__
#include <linux/magic.h>
#include <linux/sockios.h>
#include <sys/vfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif

#include "system/uninterrupted.h"

namespace slotflow {

std::optional<std::size_t> count_open_descriptors() {
  for (const char* folder : {"/proc/self/fd", "/dev/fd"}) {
    std::error_code error;
    const std::filesystem::directory_iterator entries(folder, error);
    if (!error) return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }
  return std::nullopt;
}

// Only Linux opens the file itself: elsewhere, /dev/fd duplicates the descriptor, flags included.
UniqueFd reopen_without_waiting([[maybe_unused]] int fd) {
#ifdef __linux__
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
#else
  return UniqueFd();
#endif
}

std::size_t unacknowledged_bytes([[maybe_unused]] int fd) {
#ifdef SIOCOUTQ
  int bytes = 0;
  if (::ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes > 0) return static_cast<std::size_t>(bytes);
#endif
  return 0;
}

void acknowledge_at_once([[maybe_unused]] int fd) {
#ifdef TCP_QUICKACK
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
#endif
}

bool is_on_network(const std::string& path) {
  struct statfs status{};
  if (::statfs(path.c_str(), &status) != 0) return false;
#ifdef __linux__
  constexpr std::array<std::uint32_t, 10> kKinds{
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC,
      CODA_SUPER_MAGIC, NCP_SUPER_MAGIC, V9FS_MAGIC,       FUSE_SUPER_MAGIC, CEPH_SUPER_MAGIC};
  return std::ranges::find(kKinds, static_cast<std::uint32_t>(status.f_type)) != kKinds.end();
#else
  return (status.f_flags & MNT_LOCAL) == 0;
#endif
}

int sync_to_disk(int fd) {
#ifdef F_FULLFSYNC
  // On macOS, fsync() leaves the bytes in the drive's cache, where a power cut loses them. Not
  // every file system has the stronger call.
  if (uninterrupted([fd] { return ::fcntl(fd, F_FULLFSYNC); }) != -1) return 0;
#endif
  return uninterrupted([fd] { return ::fsync(fd); });
}

std::size_t terminal_columns([[maybe_unused]] int fd) {
#ifdef TIOCGWINSZ
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0) return size.ws_col;
#endif
  return 0;
}

timespec modification_time(const struct stat& status) {
#ifdef __APPLE__
  return status.st_mtimespec;
#else
  return status.st_mtim;
#endif
}

}  // namespace slotflow
