// The events of a load test: each has another booking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/commands/fire_options.h"
#include "domain/random.h"

namespace slotflow {

// Not thread-safe.
class LoadEvents {
 public:
  // Makes the same changes to each booking that fire makes to one; or sends `given` each time.
  // `options`, whose files have been read, must outlive this object.
  LoadEvents(const FireOptions& options, Event event, std::uint64_t seed,
             const std::optional<Body>& given);

  // Returns the payload of the next event, created at `now`.
  Body next(Timestamp now);

 private:
  const FireOptions& options_;
  const Event event_;
  Random random_;
  std::optional<Body> given_;
};

}  // namespace slotflow
