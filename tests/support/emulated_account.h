// What the emulator of Slotflow's API works on, in a folder of its own.
#pragma once

#include "api/resources.h"
#include "domain/timestamp.h"
#include "net/emulated_clock.h"
#include "send/background_deliveries.h"
#include "support/temp_dir.h"

namespace slotflow::test {

// Its clock stands still at Slotflow's documented time. Deliveries are made, and not kept after
// their beginning.
struct EmulatedAccount : DeliveryObserver {
  EmulatedAccount() {
    clock.freeze(true);
    clock.set(parse_iso8601("2026-03-10T14:05:00Z").value());
  }

  void attempted(const Attempt&) override {}

  TempDir dir;
  EmulatedClock clock;
  IdSource ids{7};
  Registry registry{dir.file("store.json")};
  Organisation organisation{
      dir.file("store.db"), clock.now(), {}, ZoneFiles(), [this] { return ids.uuid(); }};
  BackgroundDeliveries deliveries{clock, {}, *this, {}};
  BookingEvents events{deliveries, {{}, "nobody", [this] { return ids.uuid(); }}};
  ApiResources resources{registry, organisation, events, deliveries, clock, ids};
};

}  // namespace slotflow::test
