#include "engine/seen_events.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("seen_events: remembers when an event was first seen") {
  SeenEvents seen;
  const Timestamp first = from_unix_seconds(1000);
  seen.at("a", first).answered_ok = true;
  SeenEvents::Entry& again = seen.at("a", from_unix_seconds(2000));
  CHECK(again.first_seen == first);
  CHECK(again.answered_ok);
  CHECK_FALSE(again.accepted);
  CHECK_FALSE(seen.at("b", first).answered_ok);
  CHECK(seen.size() == 2);
}

TEST_CASE("seen_events: forgets the oldest when it is full") {
  SeenEvents seen(3);
  for (int i = 0; i < 5; ++i) seen.at(std::to_string(i), from_unix_seconds(i));
  CHECK(seen.size() == 3);
  CHECK(seen.at("2", from_unix_seconds(9)).first_seen == from_unix_seconds(2));
  CHECK(seen.at("0", from_unix_seconds(9)).first_seen == from_unix_seconds(9));  // new again
  CHECK(seen.size() == 3);
}

TEST_CASE("seen_events: the entry just made survives, even alone") {
  SeenEvents seen(1);
  seen.at("a", from_unix_seconds(1));
  CHECK(seen.at("b", from_unix_seconds(2)).first_seen == from_unix_seconds(2));
  CHECK(seen.size() == 1);
}
