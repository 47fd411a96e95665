// How a change of the store waits for its lock, and where its warnings go.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "domain/duration.h"

namespace slotflow {

struct LockWait {
  // Waits for this long. Returns false if the user wants to stop.
  std::function<bool(Duration)> pause = [](Duration d) {
    std::this_thread::sleep_for(d);
    return true;
  };
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  // The wait fails if the store has not changed for this long.
  Duration limit = std::chrono::seconds(30);
};

}  // namespace slotflow
