#include "http/text.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("http text: a control character is found wherever it is, and nothing else is one") {
  // Up to three times the eight bytes that are checked at a time.
  for (std::size_t size = 1; size <= 24; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, '~');
      for (int byte = 0; byte < 256; ++byte) {
        text[at] = static_cast<char>(byte);
        const bool is_control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        if (http::has_control(text) == is_control) continue;
        FAIL_CHECK("byte ", byte, " at ", at, " of ", size);
      }
    }
  }
  CHECK_FALSE(http::has_control(""));
  CHECK_FALSE(http::has_control("\t a tab, and a tab\tmore"));
  CHECK(http::has_control("a tab before\ta longer text, and a bell\a"));
}
