// Draws that must not be repeatable: secrets and ids, from OpenSSL's generator. Thread safe.
#pragma once

#include <cstdint>
#include <string>

namespace slotflow {

std::string new_signing_secret();  // whsec_ and 32 letters and digits
std::string new_uuid();            // version 4
std::uint64_t new_seed();          // small enough to type: below 1,000,000

}  // namespace slotflow
