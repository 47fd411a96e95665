#include "domain/status_text.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("status_text: a registered status has its reason, another one has none") {
  CHECK(status_text(100) == "100 Continue");
  CHECK(status_text(200) == "200 OK");
  CHECK(status_text(429) == "429 Too Many Requests");
  CHECK(status_text(500) == "500 Internal Server Error");
  CHECK(status_text(511) == "511 Network Authentication Required");
  CHECK(status_text(599) == "599");
  CHECK(status_text(0) == "0");
}
