// How many descriptors this process may have: every connection takes one.
#pragma once

#include <cstddef>

namespace slotflow {

// Raises the soft limit on open files to the hard one.
void raise_open_file_limit();

// True if one more descriptor can be had right now.
bool has_spare_descriptor();

// How many more connections may be open at once, some descriptors for files, name lookups and the
// like left over; at least 1.
std::size_t spare_connections();

}  // namespace slotflow
