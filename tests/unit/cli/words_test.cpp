#include "cli/words.h"

#include <doctest/doctest.h>

#include "cli/program.h"
#include "support/surroundings.h"

using namespace slotflow;
using test::Surroundings;

namespace {

using Words = std::vector<std::string>;

Words ours(Words words) {
  Surroundings here;
  Program program(here.world);
  return with_our_commands(program.app, std::move(words));
}

}  // namespace

TEST_CASE("words: the command is found behind global options and their values") {
  CHECK(ours({"ls"}) == Words{"list"});
  CHECK(ours({"--json", "-q", "rm", "ls"}) == Words{"--json", "-q", "delete", "ls"});
  CHECK(ours({"--store", "ls", "ls"}) == Words{"--store", "ls", "list"});
  CHECK(ours({"--store=x", "--color", "never", "rm"}) ==
        Words{"--store=x", "--color", "never", "delete"});
  CHECK(ours({"fire", "ls"}) == Words{"fire", "ls"});
  CHECK(ours({"--store", "ls"}) == Words{"--store", "ls"});
  CHECK(ours({}) == Words{});
}

TEST_CASE("words: help and version") {
  CHECK(ours({"help"}) == Words{"--help"});
  CHECK(ours({"help", "nope"}) == Words{"nope"});
  CHECK(ours({"help", "ls"}) == Words{"list", "--help"});
  CHECK(ours({"--store", "x", "help", "--json", "fire", "--to"}) ==
        Words{"--store", "x", "--json", "fire", "--help", "--to"});
  CHECK(ours({"--json", "version"}) == Words{"--json", "--version"});
  CHECK(ours({"version", "--json"}) == Words{"--version", "--json"});
  CHECK(ours({"version", "now"}) == Words{"version", "now"});
}

TEST_CASE("words: an empty value is a word of its own") {
  CHECK(with_empty_values({"--body=", "--set", "a=", "-x=", "--a=b="}) ==
        Words{"--body", "", "--set", "a=", "-x=", "--a=b="});
}
