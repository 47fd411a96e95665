// Connects by TCP to the first address that accepts.
#pragma once

#include <string>
#include <variant>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "domain/delivery.h"
#include "domain/error.h"
#include "net/deadline.h"
#include "net/name_lookups.h"

namespace slotflow {

// This machine has too few descriptors, too little memory or no free port for a connection. Not a
// failure of the endpoint; may end when other connections end.
class Shortage : public Error {
 public:
  using Error::Error;
};

struct Connected {
  asio::ip::tcp::socket socket;  // non-blocking, without Nagle's delay
  std::string address;
};

// Returns true if nothing listened: a socket that gets the very port it connects to, which happens
// on this machine now and then, is connected to itself (simultaneous open, RFC 9293, section 3.5).
bool is_connected_to_itself(const asio::ip::tcp::socket& socket);

// Tries the addresses in order: starts the next attempt when the previous one has failed or has
// taken 250 ms, and returns the first connection (RFC 8305, "Happy Eyeballs"). So localhost
// connects at once whether the endpoint listens on 127.0.0.1 or ::1. Otherwise returns the most
// informative failure, and sets `tried` to its address. Throws Shortage.
asio::awaitable<std::variant<Connected, Failure>> connect_any(EventLoop& loop, Endpoints endpoints,
                                                              Deadline& deadline,
                                                              std::string& tried);

}  // namespace slotflow
