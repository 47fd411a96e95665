#include "cli/serve_output.h"

#include "api/recent_calls.h"
#include "report/deliveries.h"
#include "report/phrases.h"
#include "report/serving.h"

namespace slotflow {

std::size_t memory_of(const ServeLine& line) {
  if (const auto* call = std::get_if<ApiCall>(&line)) return memory_of(*call);
  const Attempt& attempt = std::get<Attempt>(line);
  return sizeof attempt + attempt.url.size() + memory_of(attempt.reply);
}

std::string text_of(const ServeLine& line, const Style& style) {
  return std::visit([&](const auto& item) { return text_of(item, style); }, line);
}

std::string json_of(const ServeLine& line) {
  return std::visit([](const auto& item) { return json_of(item); }, line);
}

ServeOutput::ServeOutput(Context& context, PendingWarnings& warnings)
    : context_(context),
      warnings_(warnings),
      queue_([this](std::span<const ServeLine> lines) { return context_.output.show_each(lines); },
             [this] {
               warnings_.add(
                   "requests get their responses, and events are delivered, but neither is shown "
                   "until somebody reads standard output");
             }) {}

void ServeOutput::attempted(const Attempt& attempt) {
  {
    const std::lock_guard lock(mutex_);
    ++deliveries_.attempts;
    if (attempt.outcome == Outcome::delivered) ++deliveries_.delivered;
    if (attempt.outcome == Outcome::failed) ++deliveries_.failed;
  }
  queue_.push(attempt);
}

DeliverySummary ServeOutput::deliveries() const {
  const std::lock_guard lock(mutex_);
  return deliveries_;
}

void ServeOutput::close() {
  queue_.close();
  const std::uint64_t missing = not_shown();
  const FdOutput* file = context_.world.out_file;
  const bool given_up = file != nullptr && file->gave_up();
  // A stream that failed in another way is reported as the loss of the output.
  if (missing == 0 || (!context_.world.out.good() && !given_up)) return;
  context_.world.loss_was_reported = true;
  warnings_.add(counted(missing, "line was", "lines were") + " not shown: " +
                (given_up && !file->was_slow() ? "nobody reads standard output"
                                               : "standard output was read too slowly"));
}

}  // namespace slotflow
