// Short keys that identify received events and bookings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>

#include "domain/received.h"

namespace slotflow {

// 128 bits of SHA-256: the key of an id of any length has 16 bytes, and two events with the same
// key cannot be constructed.
struct EventKey {
  std::array<unsigned char, 16> bytes{};
  bool operator==(const EventKey&) const = default;
};

// Returns the key of a request's event: its name and booking together, by which receivers
// deduplicate (Slotflow's documentation). If one of them is missing, the key is that of the body.
// Throws Error{io_error} if OpenSSL fails. Thread-safe.
EventKey event_key(const ReceivedRequest& request);

// Returns the key of its booking, or of the body if it has none. Throws as event_key().
EventKey booking_key(const ReceivedRequest& request);

}  // namespace slotflow

template <>
struct std::hash<slotflow::EventKey> {
  std::size_t operator()(const slotflow::EventKey& key) const noexcept {
    std::size_t result = 0;  // all bits of a digest are equally good
    std::memcpy(&result, key.bytes.data(), sizeof result);
    return result;
  }
};
