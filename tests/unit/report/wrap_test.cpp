#include "report/wrap.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("wrap: a text that fits is not changed") {
  CHECK(wrapped("", 12) == "");
  CHECK(wrapped("compare t with the clock", 12) == "compare t with the clock");
  const std::string full = std::string(39, 'a') + " " + std::string(40, 'b');
  CHECK(wrapped(full, 0) == full);
  CHECK(fits(full, 0));
  CHECK_FALSE(fits(full, 1));
}

TEST_CASE("wrap: later lines are indented") {
  const std::string word(40, 'a');
  CHECK(wrapped(word + " " + word + " b", 2) == word + "\n  " + word + " b");
  CHECK(wrapped(word + " " + word, 0) == word + "\n" + word);
}

TEST_CASE("wrap: a word that is too long has a line of its own") {
  const std::string word(100, 'a');
  CHECK(wrapped("see " + word + " there", 4) == "see\n    " + word + "\n    there");
  CHECK(wrapped(word, 4) == word);
}

TEST_CASE("wrap: columns that two spaces separate stay together") {
  const std::string word(40, 'a');
  CHECK(wrapped(word + " id  " + word + " b", 0) == word + "\nid  " + word + " b");
}

TEST_CASE("wrap: the width is that on a terminal") {
  std::string wide;
  for (int i = 0; i < 39; ++i) wide += "\xe4\xba\x88";  // two columns each
  CHECK(wrapped(wide + " a", 0) == wide + " a");
  CHECK(wrapped(wide + " ab", 0) == wide + "\nab");
}
