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
