// The booking that `fire cancelled --booking-id` cancels.
#include <utility>
#include <variant>

#include "cli/commands/fire_options.h"
#include "domain/error.h"
#include "store/history_file.h"
#include "store/history_reader.h"

namespace slotflow {

namespace {

// Returns the payload of the newest confirmation, of this booking if there is an id.
std::optional<Body> confirmation(const std::optional<std::string>& booking_id, Context& context) {
  const LockWait wait = context.lock_wait();
  const HistoryReader history(history_path(context.located_store()), context.clock.now(), wait);
  return history.newest_payload(std::string(info(Event::booking_confirmed).name), booking_id);
}

std::optional<RawJson> data_in(const std::string& payload) {
  auto parsed = parse_raw_json(payload);
  RawJson* json = std::get_if<RawJson>(&parsed);
  RawJson* data = json != nullptr ? json->find("data") : nullptr;
  if (data == nullptr || data->kind != RawJson::Kind::object) return std::nullopt;
  data->written_name.clear();
  return std::move(*data);
}

}  // namespace

std::optional<RawJson> booking_fired_before(const FireOptions& options, Event event,
                                            Context& context) {
  if (!options.booking_id) return std::nullopt;
  const bool is_last = *options.booking_id == kLastBooking;
  if (event != Event::booking_cancelled) {
    if (!is_last) return std::nullopt;
    throw Error(ErrorCode::usage,
                "--booking-id last requires the event cancelled: it names the booking that was "
                "confirmed last",
                "", "--booking-id");
  }
  // These options ask for a booking of their own.
  if (!is_last && (options.seed || options.preset)) return std::nullopt;
  if (is_last) {
    const auto payload = confirmation(std::nullopt, context);
    std::optional<RawJson> data = payload ? data_in(*payload) : std::nullopt;
    if (data) return data;
    throw Error(ErrorCode::not_found,
                "--booking-id last: no confirmed booking is in the history of deliveries",
                "confirm one with " + context.own_command()("fire confirmed"), "--booking-id");
  }
  try {
    const auto payload = confirmation(options.booking_id, context);
    return payload ? data_in(*payload) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // without the history, it is another booking with this id
  }
}

}  // namespace slotflow
