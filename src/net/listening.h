// The sockets that a server listens on.
#pragma once

#include <string>
#include <vector>

#include <asio/ip/tcp.hpp>

#include "net/event_loop.h"

namespace slotflow {

struct Acceptors {
  std::vector<asio::ip::tcp::acceptor> sockets;  // two for localhost: 127.0.0.1 and ::1
  int port = 0;                                  // the actual one
};

// Listens on `host` (an address or a name of this machine) with the longest listen backlog that the
// system allows. Port 0: any free port. Throws Error{io_error}, also if the port is in use.
Acceptors listen_on(EventLoop& loop, const std::string& host, int port);

// How the user chooses an address, for hints.
struct AddressOptions {
  std::string port = "--port";
  std::string host = "--host";
  int usual_port = 4242;
};

// Throws Error{io_error} that says why it cannot be listened on `host`. `error` is an errno value.
[[noreturn]] void refuse_to_listen(const std::string& host, int port, int error,
                                   const AddressOptions& options = {});

}  // namespace slotflow
