// Bounds the memory that the requests of all connections of a server take together.
#pragma once

#include <cstddef>
#include <list>

#include <asio/awaitable.hpp>

#include "net/deadline.h"

namespace slotflow::http {

// Counts bytes; it does not allocate them. A connection asks before it reads on. While there is no
// room, one connection at a time may go on nevertheless, so that requests that have begun are
// finished one after the other. Not thread-safe.
class RequestMemory {
 public:
  explicit RequestMemory(std::size_t limit) : limit_(limit) {}

  // What one connection takes of it. The memory and the deadline must outlive it.
  class Share {
   public:
    Share(RequestMemory& memory, Deadline& deadline) : memory_(memory), deadline_(deadline) {}
    ~Share() { end_request(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    void set(std::size_t bytes);
    // True if the connection may read on. `begun`: a part of its request is here.
    bool may_grow(bool begun);
    // Waits until may_grow(); false if the deadline ended it before.
    asio::awaitable<bool> wait(bool begun);
    // The request has been answered: `left` bytes of the next one stay.
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
  Share* exceeding_ = nullptr;  // the one that may go on beyond the limit
  std::list<Share*> begun_;     // wait for room, those that came first in front
  std::list<Share*> idle_;      // the same, and have nothing of a request
};

}  // namespace slotflow::http
