// Which of thousands of descriptors can be read from: epoll where there is one, else poll.
#pragma once

#include <vector>

#include <poll.h>

#include "domain/duration.h"
#include "engine/unique_fd.h"

namespace slotflow {

// One thread. Owns none of the descriptors; each must be removed before it is closed.
class Poller {
 public:
  Poller();  // throws std::system_error

  bool add(int fd);  // false when the system can watch no more
  void remove(int fd);
  // Those that can be read from, have ended or have failed; none when the time is over. Valid
  // until the next call.
  const std::vector<int>& wait(Duration at_most);

 private:
#ifdef __linux__
  UniqueFd epoll_;
#else
  std::vector<pollfd> watched_;
#endif
  std::vector<int> ready_;
};

}  // namespace slotflow
