// Waits until ports accept connections.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "domain/port_state.h"
#include "domain/url.h"
#include "net/clock.h"
#include "net/event_loop.h"

namespace slotflow {

inline constexpr Duration kTryPause{100};       // between two tries
inline constexpr Duration kTryPatience{2'000};  // for one try to connect

// Connects to the host and port of each URL, all at once, and closes without sending a byte. Tries
// again until the port accepts or `patience` is over; once only if it is 0. Looks up names again
// for each try. Runs `loop`, and calls `report` with the index of the URL as soon as its result is
// known: while that runs, no port is tried. After an interrupt, the others are not reported. Throws
// Shortage.
void await_ports(EventLoop& loop, Clock& clock, std::span<const Url> urls, Duration patience,
                 const std::function<void(std::size_t, const PortState&)>& report);

}  // namespace slotflow
