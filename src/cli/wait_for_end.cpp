#include "cli/wait_for_end.h"

#include <iterator>

#include <poll.h>

namespace slotflow {

bool wait_for_end(PendingWarnings& warnings, const World& world, int failed) {
  while (!world.interrupt.triggered()) {
    pollfd fds[] = {{world.interrupt.fd(), POLLIN, 0},
                    warnings.awaited(),
                    {failed, POLLIN, 0},
                    // If standard output has no reader any more, poll() reports an error, unasked.
                    {world.out_fd, 0, 0}};
    ::poll(fds, std::size(fds), -1);
    if (fds[1].revents != 0) warnings.show_ready();
    if (fds[2].revents != 0) return true;
    if (fds[3].revents != 0) return false;
  }
  return false;
}

}  // namespace slotflow
