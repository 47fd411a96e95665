// The sockets of connections that a library has accepted and keeps to itself. They are found by
// their addresses.
#pragma once

#include <set>
#include <string>

#include "domain/duration.h"

namespace slotflow {

// Returns the socket of this process that was accepted at `local_port` and whose client is
// `address` (numeric) and `port`; -1 if there is none. Only the thread that serves the connection
// may use the result: others could meet a new connection with the number of a closed one. `likely`
// is looked at first: a search looks at every descriptor.
int find_connection(int local_port, const std::string& address, int port, int likely = -1);

// Calls shutdown(2) with `how` for each connection that was accepted at `local_port`, but for those
// in `spared`.
void shut_down_connections(int local_port, int how, const std::set<int>& spared);

// Resets the connection. `fd` stays open, so that its owner can close it, but is no socket any
// more.
void reset_connection(int fd);

// Waits until there is something to read from `fd`, or its client has closed it. Ends the
// connection after `limit`.
void wait_for_request(int fd, Duration limit);

// Returns whether the client of `fd` has closed or reset the connection, or closed its sending
// half.
bool peer_has_closed(int fd);

}  // namespace slotflow
