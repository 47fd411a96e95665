#include "system/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "system/platform.h"
#include "system/unique_fd.h"

namespace slotflow {

namespace {

constexpr std::size_t kReserve = 8;   // for files, name lookups and a second address of a host
constexpr std::size_t kUsually = 16;  // open, if that is unknown

}  // namespace

void raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool has_spare_descriptor() {
  const UniqueFd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  return static_cast<bool>(fd);
}

std::size_t spare_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  if (limit.rlim_cur == RLIM_INFINITY) return 1'000'000;
  const auto all = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t taken = count_open_descriptors().value_or(kUsually) + kReserve;
  return all > taken ? all - taken : 1;
}

}  // namespace slotflow
