// An endpoint that never accepts: its listen backlog is full.
#pragma once

#include <vector>

#include "support/sockets.h"

namespace slotflow::test {

class FullBacklog {
 public:
  FullBacklog() : listener_(bound_socket("127.0.0.1")) {
    ::listen(listener_.get(), 0);
    const SocketAddress address("127.0.0.1", port());
    // The first connections fill the backlog, whose actual length depends on the system. The others
    // get no response, like all later ones.
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
