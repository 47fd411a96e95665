// Names to addresses, within a deadline.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <sys/socket.h>

#include "domain/delivery.h"
#include "engine/deadline.h"

namespace slotflow {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::string to_string() const;  // 127.0.0.1:3000, [::1]:3000
};

// The addresses of `host` in the order to try them. An IP address is itself; localhost and names
// below it are 127.0.0.1 and ::1 without asking anybody (RFC 6761, section 6.3); for the rest
// getaddrinfo() is asked on a thread of its own, which is left behind when the deadline passes:
// it cannot be stopped. Failure is dns, timeout or interrupted.
std::variant<std::vector<Address>, Failure> resolve(const std::string& host, int port,
                                                    const PollDeadline& deadline);

}  // namespace slotflow
