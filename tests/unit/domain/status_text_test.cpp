#include "domain/status_text.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("status_text: classes of status") {
  for (const int status : {0, 199, 200, 299, 300, 399, 400, 499, 500, 599}) {
    CAPTURE(status);
    CHECK(is_success(status) == (status / 100 == 2));
    CHECK(is_redirect(status) == (status / 100 == 3));
    CHECK(is_client_error(status) == (status / 100 == 4));
  }
}

TEST_CASE("status_text: a registered status has its reason, another one has none") {
  CHECK(status_text(100) == "100 Continue");
  CHECK(status_text(200) == "200 OK");
  CHECK(status_text(429) == "429 Too Many Requests");
  CHECK(status_text(500) == "500 Internal Server Error");
  CHECK(status_text(511) == "511 Network Authentication Required");
  CHECK(status_text(599) == "599");
  CHECK(status_text(0) == "0");
}
