// Whether a port accepts connections, as waiting for it found out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/delivery.h"

namespace slotflow {

struct PortState {
  std::string address;             // that accepted, or of the last try; empty: no address was tried
  std::optional<Failure> failure;  // of the last try; nullopt if it connected
  std::uint64_t tries = 0;
  std::chrono::microseconds duration{0};  // of all tries, with the pauses between them

  bool accepts() const { return !failure; }
};

// Returns why no connection was established, for people: "connection refused". Can contain text
// from the network.
std::string no_connection_reason(const Failure& failure);

}  // namespace slotflow
