// How a change of the store waits for its lock, and whom it tells about its troubles.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "domain/duration.h"

namespace slotflow {

struct LockWait {
  // Waits for so long. Returns false if the user wants to stop.
  std::function<bool(Duration)> pause = [](Duration d) {
    std::this_thread::sleep_for(d);
    return true;
  };
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  // The wait fails after this time, in which the store did not change.
  Duration limit = std::chrono::seconds(30);
};

}  // namespace slotflow
