// System calls that a signal may get in between of: stopping and going on (Ctrl-Z, fg) is enough.
#pragma once

#include <cerrno>

namespace slotflow {

// Calls again for as long as the answer is -1 with EINTR. Not for close(), which must not be
// called twice.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace slotflow
