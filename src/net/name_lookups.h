// Names to addresses, without keeping the event loop waiting.
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

// "127.0.0.1:3000", "[::1]:3000".
std::string to_string(const asio::ip::tcp::endpoint& endpoint);

// The addresses that `host` is without asking anybody: an IP address is itself; localhost and names
// below it are 127.0.0.1 and ::1 (RFC 6761, section 6.3). Empty for all other names.
Endpoints addresses_without_lookup(const std::string& host, int port);

// Asks getaddrinfo() for one name, and waits for it. Returns its error, or 0. Throws
// std::bad_alloc.
int look_up(const std::string& host, int port, Endpoints& found);

// Asks getaddrinfo() on a few threads, which are left behind when the loop ends: a lookup cannot be
// stopped. Names that several ask for at once are looked up once. Not thread-safe.
class NameLookups {
 public:
  explicit NameLookups(asio::io_context& context);
  ~NameLookups();
  NameLookups(const NameLookups&) = delete;
  NameLookups& operator=(const NameLookups&) = delete;

  // The addresses of `host` in the order to try them, at the latest at the deadline. Failure is
  // dns, timeout or interrupted. Throws Shortage (net/connect.h) when the system lacks a
  // thread or a descriptor for it.
  asio::awaitable<std::variant<Endpoints, Failure>> resolve(std::string host, int port,
                                                            Deadline& deadline);

 private:
  struct Shared;
  void forget(const std::string& host);

  asio::io_context& context_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace slotflow
