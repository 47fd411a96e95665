// Draws that must not be repeatable: secrets and ids, from OpenSSL's generator. Thread safe.
#pragma once

#include <cstdint>
#include <string>

namespace slotflow {

std::string new_signing_secret();  // whsec_ and 32 letters and digits
std::string new_uuid();            // version 4
// Below 10^15: JSON readers that have only doubles keep it, and of a million runs no two are likely
// to make the same bookings.
std::uint64_t new_seed();

}  // namespace slotflow
