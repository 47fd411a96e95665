// The sockets a server listens on.
#pragma once

#include <string>
#include <vector>

#include "engine/unique_fd.h"

namespace slotflow {

struct ListenSockets {
  std::vector<UniqueFd> fds;  // non-blocking; two for localhost: 127.0.0.1 and ::1
  int port = 0;               // the real one
};

// Listens on `host` (an address, or a name of this machine) with the longest backlog the system
// allows. Port 0 takes a free one. Throws Error{io_error}: a port in use is never shared.
ListenSockets listen_on(const std::string& host, int port);

}  // namespace slotflow
