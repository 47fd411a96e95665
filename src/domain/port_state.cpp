#include "domain/port_state.h"

namespace slotflow {

std::string no_connection_reason(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::connection_refused:
      return "connection refused";
    case FailureKind::connection_reset:
      return "connection reset";
    case FailureKind::dns:
      return "cannot look up " + failure.detail;
    case FailureKind::timeout:
      return failure.detail.empty() ? "timeout" : "timeout " + failure.detail;
    default:
      return failure.detail.empty() ? std::string(to_string(failure.kind)) : failure.detail;
  }
}

}  // namespace slotflow
