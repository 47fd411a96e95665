// An endpoint that never accepts: its queue of connections is full.
#pragma once

#include <vector>

#include "support/sockets.h"

namespace slotflow::test {

class FullBacklog {
 public:
  FullBacklog() : listener_(bound_socket("127.0.0.1")) {
    ::listen(listener_.get(), 0);
    const SocketAddress address("127.0.0.1", port());
    // The first of these fill the queue, whose real length is the system's business; the others
    // are left without an answer, as every later one will be.
    for (int i = 0; i < 16; ++i) {
      UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
      ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
      ::connect(fd.get(), address.get(), address.length);
      fillers_.push_back(std::move(fd));
    }
  }
  int port() const { return port_of(listener_.get()); }

 private:
  UniqueFd listener_;
  std::vector<UniqueFd> fillers_;
};

}  // namespace slotflow::test
