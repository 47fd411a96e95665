// All limits of the HTTP server behind `serve` and the inspector, which is cpp-httplib's, with
// their reasons. What the library does by itself is that of version 0.11.
#pragma once

#include <chrono>
#include <cstddef>

namespace slotflow {

// Of the body of a request. Larger ones are read to their end, so that the client gets its
// response, but not kept.
inline constexpr std::size_t kMaxWebBody = 1024 * 1024;

// The library's backlog of 5 makes the clients of a burst wait for a second, which is when TCP
// tries again. The system lowers this to its own maximum.
inline constexpr int kWebBacklog = 4096;

// The library has a thread for each connection, idle ones too, and its pool of 8 threads lets 8
// idle connections hold up everybody. So threads are added as connections arrive, up to this many;
// more connections wait for one that ends.
inline constexpr std::size_t kMaxWebConnections = 1000;

// The library closes a connection after 5 requests, which clients that keep connections meet as
// resets.
inline constexpr std::size_t kRequestsPerConnection = 1'000'000;

// How long an idle connection keeps its thread. The library wakes it every 11 milliseconds, with
// which 200 of them take a third of a processor; HttpServer lets it sleep once there was a request.
// Node's client closes its own a second earlier, httpx's after 5 seconds.
inline constexpr std::chrono::seconds kWebKeepAlive{5};

// The longest pause within a request, and within the reading of a response.
inline constexpr std::chrono::seconds kWebReadTimeout{10};
inline constexpr std::chrono::seconds kWebWriteTimeout{10};

// How long stop() lets clients read the responses under way.
inline constexpr std::chrono::seconds kWebGrace{1};

}  // namespace slotflow
