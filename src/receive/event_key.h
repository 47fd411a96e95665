// Short keys that tell received events and bookings apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>

#include "domain/received.h"

namespace slotflow {

// 128 bits of a SHA-256: whatever a sender puts into an id, its key takes 16 bytes, and nobody can
// make two events that have the same one.
struct EventKey {
  std::array<unsigned char, 16> bytes{};
  bool operator==(const EventKey&) const = default;
};

// Of a request's event and booking together: receivers tell events apart by data.id with the
// event's name (Slotflow's documentation). A request that lacks one of them is known by the bytes
// of its body. Throws Error{io_error} when OpenSSL cannot hash.
EventKey event_key(const ReceivedRequest& request);

// Of its booking alone, or of the bytes of its body when it names none. Throws as event_key().
EventKey booking_key(const ReceivedRequest& request);

}  // namespace slotflow

template <>
struct std::hash<slotflow::EventKey> {
  std::size_t operator()(const slotflow::EventKey& key) const noexcept {
    std::size_t result = 0;  // any bits of a digest are as good as the others
    std::memcpy(&result, key.bytes.data(), sizeof result);
    return result;
  }
};
