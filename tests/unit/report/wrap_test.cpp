#include "report/wrap.h"

#include <doctest/doctest.h>

#include "report/style.h"

using namespace slotflow;

TEST_CASE("wrap: lines are broken at spaces, and go on indented") {
  CHECK(wrapped("one two three", 7, 2) == "one two\n  three");
  CHECK(wrapped("one two three", 13, 2) == "one two three");
  CHECK(wrapped("a  b\nc d", 3, 0) == "a\nb\nc d");
  CHECK(wrapped("    a bc d", 8, 4) == "    a bc\n    d");
  CHECK(wrapped("", 3, 2) == "");
  CHECK(wrapped("a\n\nb\n", 3, 2) == "a\n\nb\n");
}

TEST_CASE("wrap: without a width, text stays as it is") {
  CHECK(wrapped("one two three", 0, 2) == "one two three");
}

TEST_CASE("wrap: a word that is too wide stays whole, for copying") {
  CHECK(wrapped("at http://localhost:3000/ now", 10, 2) == "at\n  http://localhost:3000/\n  now");
}

TEST_CASE("wrap: a command in a message stays whole, for copying") {
  CHECK(wrapped_message("hint: run 'slotflow-hooks list --store '/a b'' to see", 16) ==
        "hint: run\n    'slotflow-hooks list --store '/a b''\n    to see");
  CHECK(wrapped_message("list it (slotflow-hooks list --only a,b), or give a URL", 16) ==
        "list it\n    (slotflow-hooks list --only a,b),\n    or give a\n    URL");
  CHECK(wrapped_message("make them with slotflow-hooks deliveries resume", 30) ==
        "make them with\n    slotflow-hooks deliveries resume");
  CHECK(wrapped_message("give --header 'X-Key: VALUE' again", 17) ==
        "give --header\n    'X-Key: VALUE'\n    again");
  CHECK(wrapped_message("slotflow-hooks: no delivery is pending", 20) ==
        "slotflow-hooks: no\n    delivery is\n    pending");
  CHECK(wrapped_message("Slotflow's one and only name", 12) ==
        "Slotflow's\n    one and\n    only\n    name");
  CHECK(wrapped_message("make them with slotflow-hooks deliveries resume", 0) ==
        "make them with slotflow-hooks deliveries resume");
}

TEST_CASE("wrap: characters count by their width, and colours do not count") {
  CHECK(wrapped("\xe6\x97\xa5\xe6\x9c\xac a", 6, 0) == "\xe6\x97\xa5\xe6\x9c\xac a");
  CHECK(wrapped("\xe6\x97\xa5\xe6\x9c\xac ab", 6, 0) == "\xe6\x97\xa5\xe6\x9c\xac\nab");
  CHECK(wrapped("e\xcc\x81 ab", 4, 0) == "e\xcc\x81 ab");
  const Style colours{.colour = true};
  CHECK(wrapped(colours.red("one") + " two", 7, 0) == colours.red("one") + " two");
  CHECK(wrapped(colours.red("one") + " two", 6, 0) == colours.red("one") + "\ntwo");
  CHECK(styled_width(colours.bold("a\xe6\x97\xa5") + "b") == 4);
  CHECK(styled_width("\x1b[") == 0);
}
