// Limits the memory that the requests of all connections of a server take together.
#pragma once

#include <cstddef>
#include <list>

#include <asio/awaitable.hpp>

#include "net/deadline.h"

namespace slotflow::http {

// Counts bytes, but does not allocate them. A connection asks before it continues to read. Beyond
// the limit, one connection at a time may continue, so that started requests are completed one
// after the other. Not thread-safe.
class RequestMemory {
 public:
  explicit RequestMemory(std::size_t limit) : limit_(limit) {}

  // The part of one connection. All arguments must outlive this object.
  class Share {
   public:
    Share(RequestMemory& memory, Deadline& deadline) : memory_(memory), deadline_(deadline) {}
    ~Share() { end_request(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    void set(std::size_t bytes);
    // Returns whether the connection may continue to read. `begun`: part of its request has
    // arrived.
    bool may_grow(bool begun);
    // Waits until may_grow(). Returns false if the deadline ended the wait before.
    asio::awaitable<bool> wait(bool begun);
    // Call this after the response. `left` bytes of the next request are kept.
    void end_request(std::size_t left);

   private:
    friend class RequestMemory;
    RequestMemory& memory_;
    Deadline& deadline_;
    std::size_t bytes_ = 0;
  };

 private:
  void wake_next();

  std::size_t limit_;
  std::size_t held_ = 0;
  Share* exceeding_ = nullptr;  // the one that may continue beyond the limit
  std::list<Share*> begun_;     // waiting for room, the first one in front
  std::list<Share*> idle_;      // also waiting, without part of a request
};

}  // namespace slotflow::http
