// Looks up names without blocking the event loop.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "domain/delivery.h"

namespace slotflow {

class Deadline;

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

// Returns "127.0.0.1:3000" or "[::1]:3000".
std::string to_string(const asio::ip::tcp::endpoint& endpoint);

// Returns the addresses of an IP address (itself), or of localhost and names below it: 127.0.0.1
// and ::1 (RFC 6761, section 6.3). Returns an empty list for all other names.
Endpoints addresses_without_lookup(const std::string& host, int port);

// Calls getaddrinfo(), which blocks, and appends the addresses to `found`. Returns its error, or 0.
// Throws std::bad_alloc.
int look_up(const std::string& host, int port, Endpoints& found);

// Calls getaddrinfo() on a few threads. These may outlive this object, as a lookup cannot be
// cancelled. Concurrent requests for one name share a lookup. Not thread-safe.
class NameLookups {
 public:
  explicit NameLookups(asio::io_context& context);
  ~NameLookups();
  NameLookups(const NameLookups&) = delete;
  NameLookups& operator=(const NameLookups&) = delete;

  // Returns the addresses of `host` in the order to try them, or a failure: dns, timeout or
  // interrupted. Throws Shortage (net/connect.h) if no thread or descriptor is left.
  asio::awaitable<std::variant<Endpoints, Failure>> resolve(std::string host, int port,
                                                            Deadline& deadline);

 private:
  struct Shared;
  void forget(const std::string& host);

  asio::io_context& context_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace slotflow
