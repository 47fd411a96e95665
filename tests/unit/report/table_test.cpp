#include "report/table.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("table: columns are as wide as their widest cell, without spaces at the end") {
  Table table({"ID", "URL", "X"});
  table.add_row({"1", "http://a/", "yes"});
  table.add_row({"long-id", "-", ""});
  CHECK(table.render({}) ==
        "ID       URL        X\n"
        "1        http://a/  yes\n"
        "long-id  -\n");
}

TEST_CASE("table: cells align by what they take on the screen") {
  Table table({"NAME", "N"});
  table.add_row({"Zo\xc3\xab", "1"});
  table.add_row({"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "2"});
  CHECK(table.render({}) ==
        "NAME    N\n"
        "Zo\xc3\xab     1\n"
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e  2\n");
}

TEST_CASE("table: cells cannot break out of their line") {
  Table table({"A", "B"});
  table.add_row({"x\n\x1b[2J", "y"});
  CHECK(table.render({}) ==
        "A           B\n"
        "x\\n\\x1b[2J  y\n");
}

TEST_CASE("table: only the titles are styled, and rows may be missing") {
  const Table table({"A", "B"});
  CHECK(table.render({.colour = true}) == "\x1b[1mA  B\x1b[0m\n");
}

TEST_CASE("table: on a narrow terminal, the text of the last column is wrapped") {
  Table table({"ID", "WHAT"});
  table.add_row({"a", "accepts a valid event"});
  table.add_row({"b", "short"});
  CHECK(table.render({.columns = 24}) ==
        "ID  WHAT\n"
        "a   accepts a valid\n"
        "    event\n"
        "b   short\n");
  CHECK(table.render({.columns = 25}) ==
        "ID  WHAT\n"
        "a   accepts a valid event\n"
        "b   short\n");
}

TEST_CASE("table: if a cell is too wide for the terminal, each row is a paragraph") {
  Table table({"ID", "URL", "EVENTS"});
  table.add_row({"1", "http://localhost:3000/hook", "a,b"});
  const std::string paragraphs =
      "1\n"
      "  url     http://localhost:3000/hook\n"
      "  events  a,b\n";
  CHECK(table.render({.columns = 37}) == paragraphs);
  CHECK(table.render({.columns = 20}) ==
        "1\n"
        "  url\n"
        "          http://localhost:3000/hook\n"
        "  events  a,b\n");
  const std::string columns =
      "ID  URL                         EVENTS\n"
      "1   http://localhost:3000/hook  a,b\n";
  CHECK(table.render({.columns = 38}) == columns);
  CHECK(table.render({}) == columns);
}
