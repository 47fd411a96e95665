// The limit on descriptors: each connection needs one.
#pragma once

#include <cstddef>

namespace slotflow {

// The hint for EMFILE.
inline constexpr const char* kMoreDescriptors = "raise the limit on open files: ulimit -n";

// Raises the soft limit on open files to the hard one.
void raise_open_file_limit();

// Returns whether one more descriptor can be opened now.
bool has_spare_descriptor();

// Returns how many more connections can be open at once, with some descriptors left for files, name
// lookups and the like; at least 1.
std::size_t spare_connections();

}  // namespace slotflow
