// A request that is shown instead of being sent.
#pragma once

#include "domain/timestamp.h"
#include "domain/tls_options.h"
#include "report/deliveries.h"
#include "send/delivery.h"

namespace slotflow {

// Returns the request that an attempt at `now` would send; `as_curl`: as a curl command.
RequestPreview preview_of(const Delivery& delivery, const TlsOptions& tls, bool as_curl,
                          Timestamp now);

}  // namespace slotflow
