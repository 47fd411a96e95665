// Repeats system calls that a signal interrupts, such as stopping and continuing (Ctrl-Z, fg).
#pragma once

#include <cerrno>

namespace slotflow {

// Repeats `call` while it returns -1 with EINTR. Do not use it for close(), which must not be
// called twice.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace slotflow
