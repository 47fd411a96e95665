// A TCP connection to the first address that answers.
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

// This machine lacks what a connection needs: descriptors, memory or ports. It says nothing about
// the endpoint, and may be over when other connections have ended.
class Shortage : public Error {
 public:
  using Error::Error;
};

struct Connected {
  asio::ip::tcp::socket socket;  // non-blocking, without Nagle's delay
  std::string address;
};

// Tries the addresses in order: the next one begins when the one before has failed, or has been
// silent for 250 ms, and the first to accept wins (RFC 8305, "Happy Eyeballs"). So localhost works
// at once whichever of 127.0.0.1 and ::1 the endpoint listens on. A failure is the most telling of
// those seen; `tried` becomes the address it is about. Throws Shortage.
asio::awaitable<std::variant<Connected, Failure>> connect_any(EventLoop& loop, Endpoints endpoints,
                                                              Deadline& deadline,
                                                              std::string& tried);

}  // namespace slotflow
