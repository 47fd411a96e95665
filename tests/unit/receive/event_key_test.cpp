#include "receive/event_key.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "domain/event_identity.h"

using namespace slotflow;

namespace {

ReceivedRequest event_of(const std::string& event, const std::string& booking) {
  ReceivedRequest request;
  request.event = event;
  request.booking_id = booking;
  request.body = "some bytes";
  return request;
}

ReceivedRequest bytes_of(const std::string& body) {
  ReceivedRequest request;
  request.body = body;
  return request;
}

}  // namespace

TEST_CASE("event_key: the event and the booking count, not the bytes") {
  ReceivedRequest other = event_of("e", "b");
  other.body = "other bytes";
  CHECK(event_key(event_of("e", "b")) == event_key(other));
  CHECK(event_key(event_of("e", "b")) != event_key(event_of("e", "c")));
  CHECK(event_key(event_of("e", "b")) != event_key(event_of("f", "b")));
}

TEST_CASE("event_key: ids that differ in a lone surrogate differ") {
  const auto received = [](const std::string& id, const std::string& more = "") {
    ReceivedRequest request =
        bytes_of(R"({"event":"e","data":{"id":")" + id + R"(")" + more + "}}");
    EventIdentity identity = identity_in(request.body);
    request.event = identity.event;
    request.booking_id = identity.booking_id;
    return request;
  };
  const std::vector<std::string> ids{R"(\ud83c)", R"(\ud83d)",       R"(\udc00)",
                                     R"(\ufffd)", R"(\ud83c\udf89)", R"(\ud83c\ud83c)"};
  for (const std::string& id : ids) {
    for (const std::string& other : ids) {
      CAPTURE(id + " " + other);
      const ReceivedRequest second = received(other, R"(,"more":1)");
      CHECK((event_key(received(id)) == event_key(second)) == (id == other));
      CHECK((booking_key(received(id)) == booking_key(second)) == (id == other));
    }
  }
  CHECK(event_key(received(R"(\ufffd)")) == event_key(received("\xef\xbf\xbd")));
}

TEST_CASE("event_key: where the event ends and the booking begins counts") {
  CHECK(event_key(event_of("a b", "c")) != event_key(event_of("a", "b c")));
  CHECK(event_key(event_of("ab", "c")) != event_key(event_of("a", "bc")));
  CHECK(event_key(event_of("a", "")) != event_key(event_of("", "a")));
}

TEST_CASE("event_key: an event without name or booking is identified by its bytes") {
  ReceivedRequest no_booking = bytes_of("x");
  no_booking.event = "e";
  ReceivedRequest no_event = bytes_of("x");
  no_event.booking_id = "b";
  CHECK(event_key(no_booking) == event_key(bytes_of("x")));
  CHECK(event_key(no_event) == event_key(bytes_of("x")));
  CHECK(event_key(bytes_of("x")) != event_key(bytes_of("y")));
  CHECK(event_key(bytes_of("")) == event_key(bytes_of("")));
}

TEST_CASE("event_key: a key of a megabyte is as small as any") {
  const std::string big(1024 * 1024, 'x');
  CHECK(event_key(event_of("e", big)) != event_key(event_of("e", big + "x")));
  CHECK(sizeof(EventKey) == 16);
}

TEST_CASE("booking_key: of the booking for every event, else of the bytes") {
  CHECK(booking_key(event_of("e", "b")) == booking_key(event_of("f", "b")));
  CHECK(booking_key(event_of("e", "b")) != booking_key(event_of("e", "c")));
  CHECK(booking_key(bytes_of("x")) == booking_key(bytes_of("x")));
  CHECK(booking_key(bytes_of("x")) != booking_key(bytes_of("y")));
  CHECK(booking_key(event_of("e", "b")) != booking_key(bytes_of("b")));
}
