// Entries in the HTTP Archive format, which browsers' developer tools read.
#pragma once

#include <string>

#include "inspector/entry.h"

namespace slotflow {

// Returns what comes before the first entry of a HAR 1.2 file, and after the last one.
std::string har_begin();
std::string har_end();

// Returns one entry, a JSON object.
std::string har_entry(const EntryContent& content);

}  // namespace slotflow
