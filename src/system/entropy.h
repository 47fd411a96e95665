// Random secrets and ids from the system's generator. Thread-safe. Throws Error{io_error} if it
// fails.
#pragma once

#include <cstdint>
#include <string>

namespace slotflow {

std::string new_signing_secret();  // whsec_ and 32 letters and digits
std::string new_uuid();            // version 4
// Returns a seed below 10^15, which JSON readers with only doubles keep exact. Among a million
// runs, two with the same seed are unlikely.
std::uint64_t new_seed();

}  // namespace slotflow
