#include "engine/trailer_filter.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

// The body as it comes out, whatever pieces it came in.
std::string filtered(const std::string& body) {
  TrailerFilter whole;
  const std::string out = whole.pass(body);
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    TrailerFilter filter;
    std::string pieces;
    for (std::size_t i = 0; i < body.size(); i += size) pieces += filter.pass(body.substr(i, size));
    CHECK(pieces == out);
  }
  return out;
}

}  // namespace

TEST_CASE("trailer_filter: trailer fields are left out, and nothing else") {
  CHECK(filtered("3\r\nabc\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n") == "3\r\nabc\r\n0\r\n\r\n");
  CHECK(filtered("0\r\nX: y\r\n\r\n") == "0\r\n\r\n");
  const std::string plain = "a;x=\"y\"\r\n0\r\nX: 1\r\n\r\r\n5\r\n12345\r\n0\r\n\r\n";
  CHECK(filtered(plain) == plain);
}

TEST_CASE("trailer_filter: what is no chunked body is passed on as it is") {
  for (const char* body : {"hello\nworld", "-1\r\nabc", "\r\n", "3\r\nabcdef\r\n0\r\n\r\nrest",
                           "fffffffffffffffff\r\nabc"}) {
    CHECK(filtered(body) == body);
  }
}

TEST_CASE("trailer_filter: a body that ends in its trailer has no end") {
  CHECK(filtered("1\r\na\r\n0\r\nX: 1\r\n") == "1\r\na\r\n0\r\n");
  CHECK(filtered("0\r\n" + std::string(20'000, 'x') + "\r\n\r\n") == "0\r\n\r\n");
}
