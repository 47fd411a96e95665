// The time zones that this machine knows: the files of tzdata.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/zone.h"

namespace slotflow {

// Thread-safe. Reads a file at each call, so an update of tzdata counts at once.
class ZoneFiles {
 public:
  explicit ZoneFiles(std::string folder = "/usr/share/zoneinfo") : folder_(std::move(folder)) {}

  // Throws Error{io_error}, with a hint, if there are no zones on this machine.
  void require() const;

  // Returns the zone with an IANA name, such as America/New_York. Throws Error{validation_error}
  // that starts with `field` if there is none, and has the name that was probably meant.
  Zone find(std::string_view field, const std::string& name) const;

  // Returns all names, sorted.
  std::vector<std::string> names() const;

 private:
  std::string folder_;
};

}  // namespace slotflow
