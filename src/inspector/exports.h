// Entries as files.
#pragma once

#include "inspector/entries.h"
#include "inspector/query.h"
#include "web/message.h"

namespace slotflow {

// Return the entries that match now, the oldest first, as JSON lines or as HAR 1.2. They are made
// one by one while they are sent: what leaves meanwhile is left out. `entries` must outlive the
// reply.
WebReply export_lines(const EntryQuery& query, const Entries& entries);
WebReply export_har(const EntryQuery& query, const Entries& entries);

}  // namespace slotflow
