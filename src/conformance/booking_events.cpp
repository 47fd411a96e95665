#include "conformance/booking_events.h"

#include <utility>

namespace slotflow {

Json other_event(Json event, Event name) {
  event["event"] = info(name).name;
  event["data"]["status"] = info(name).short_name;
  return event;
}

bool accepts_cancellations(Driver& driver) {
  const Json booking = driver.event();
  for (const Event name : {Event::booking_confirmed, Event::booking_cancelled}) {
    const Json event = other_event(booking, name);
    if (!driver.send(driver.request(event.dump())).delivered()) return false;
  }
  return true;
}

Finding accepted_and_cancelled(Driver& driver, const Json& event) {
  const Request confirmation = driver.request(event.dump());
  Finding finding = driver.accepted(confirmation);
  if (finding.verdict != CheckVerdict::passed) return finding;
  const Request cancellation = driver.request(other_event(event, Event::booking_cancelled).dump());
  finding = driver.accepted(cancellation);
  if (finding.verdict == CheckVerdict::passed) return finding;
  if (!accepts_cancellations(driver)) return passed();
  finding.observed += " for the cancellation";
  finding.evidence = {{confirmation, cancellation}, Evidence::Manner::one_by_one};
  return finding;
}

}  // namespace slotflow
