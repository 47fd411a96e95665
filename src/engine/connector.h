// A TCP connection to the first address that answers.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "domain/delivery.h"
#include "engine/deadline.h"
#include "engine/resolver.h"
#include "engine/unique_fd.h"

namespace slotflow {

struct OldConnected {
  UniqueFd fd;  // non-blocking, without Nagle's delay
  std::string address;
};

// Tries the addresses in order: the next one begins when the one before has failed, or has been
// silent for 250 ms, and the first to answer wins (RFC 8305, "Happy Eyeballs"). So localhost works
// at once whichever of 127.0.0.1 and ::1 the endpoint listens on. A failure is the most telling
// of those seen; `tried` gets the address it is about.
std::variant<OldConnected, Failure> connect_any(const std::vector<Address>& addresses,
                                             const PollDeadline& deadline, std::string& tried);

}  // namespace slotflow
