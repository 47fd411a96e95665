#include "cli/call_output.h"

#include "report/phrases.h"
#include "report/serving.h"

namespace slotflow {

CallOutput::CallOutput(Context& context, PendingWarnings& warnings)
    : context_(context),
      warnings_(warnings),
      queue_([this](std::span<const ApiCall> calls) { return context_.output.show_each(calls); },
             [this] {
               warnings_.add(
                   "requests get their responses, but are no longer shown until somebody reads "
                   "standard output");
             }) {}

void CallOutput::close() {
  queue_.close();
  const std::uint64_t missing = not_shown();
  const FdOutput* file = context_.world.out_file;
  const bool given_up = file != nullptr && file->gave_up();
  // A stream that failed in another way is reported as the loss of the output.
  if (missing == 0 || (!context_.world.out.good() && !given_up)) return;
  context_.world.loss_was_reported = true;
  warnings_.add(counted(missing, "request was", "requests were") + " not shown: " +
                (given_up && !file->was_slow() ? "nobody reads standard output"
                                               : "standard output was read too slowly"));
}

}  // namespace slotflow
