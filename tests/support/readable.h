#pragma once

#include <poll.h>

namespace slotflow::test {

// Returns whether reading from `fd` would return at once.
inline bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace slotflow::test
