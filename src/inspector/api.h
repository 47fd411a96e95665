// The API of the inspector, without HTTP: from a request to a response.
#pragma once

#include <string>
#include <string_view>

#include "inspector/entries.h"
#include "inspector/inspector.h"
#include "inspector/page.h"
#include "inspector/resend.h"
#include "inspector/safety.h"
#include "inspector/viewers.h"
#include "net/clock.h"
#include "system/interrupt.h"
#include "web/message.h"

namespace slotflow {

// All that the calls use. Outlives them.
struct InspectorParts {
  const InspectorOptions& options;
  const InspectorSafety& safety;
  const Page& page;
  const std::string& run;  // names this run of the program
  Entries& entries;
  Viewers& viewers;
  const InspectorActions& actions;
  Clock& clock;
  const Interrupt& stopping;
};

// Thread-safe. Does not throw for any request, but if memory ends.
WebReply inspect(WebRequest request, const InspectorParts& parts);

}  // namespace slotflow
