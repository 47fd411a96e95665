#include "net/clock.h"

#include "net/deadline.h"

namespace slotflow {

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<bool> SystemClock::wait(Deadline& deadline, Duration d) {
  return deadline.wait(d);
}

}  // namespace slotflow
