#include "cli/commands/load_events.h"

#include <variant>

#include "domain/booking.h"
#include "domain/booking_edit.h"

namespace slotflow {

LoadEvents::LoadEvents(const FireOptions& options, Event event, std::uint64_t seed,
                       const std::optional<Body>& given)
    : options_(options), event_(event), random_(seed), given_(given) {}

Body LoadEvents::next(Timestamp now) {
  if (given_) return *given_;
  std::string booking = booking_text(event_, now, options_.preset.value_or(Preset::sales), random_);
  if (options_.metadata.empty() && options_.set.empty()) return payload_text(event_, now, booking);
  auto parsed = parse_raw_json(booking);
  RawJson& data = std::get<RawJson>(parsed);
  for (const std::string& text : options_.metadata) {
    if (text.starts_with('@')) {
      const std::string file = text.substr(1);
      merge_metadata_file(data, file, options_.metadata_files.at(file));
    } else {
      merge_metadata(data, text);
    }
  }
  for (const std::string& assignment : options_.set) set_member(data, assignment);
  return payload_text(event_, now, data.dump());
}

}  // namespace slotflow
