#include "engine/poller.h"

#include <doctest/doctest.h>

#include "support/sockets.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    ours = UniqueFd(ends[0]);
    theirs = UniqueFd(ends[1]);
  }
  UniqueFd ours, theirs;
};

}  // namespace

TEST_CASE("poller: tells which can be read, until it has been") {
  Poller poller;
  Pair one, two;
  REQUIRE(poller.add(one.ours.get()));
  REQUIRE(poller.add(two.ours.get()));
  CHECK(poller.wait(Duration(0)).empty());
  send_all(two.theirs.get(), "x");
  CHECK(poller.wait(std::chrono::minutes(1)) == std::vector<int>{two.ours.get()});
  CHECK(poller.wait(std::chrono::minutes(1)).size() == 1);
  char byte = 0;
  CHECK(::recv(two.ours.get(), &byte, 1, 0) == 1);
  CHECK(poller.wait(Duration(0)).empty());
}

TEST_CASE("poller: an end is something to read") {
  Poller poller;
  Pair pair;
  REQUIRE(poller.add(pair.ours.get()));
  pair.theirs = UniqueFd();
  CHECK(poller.wait(std::chrono::minutes(1)).size() == 1);
}

TEST_CASE("poller: what was removed is not told any more") {
  Poller poller;
  Pair pair;
  REQUIRE(poller.add(pair.ours.get()));
  send_all(pair.theirs.get(), "x");
  poller.remove(pair.ours.get());
  CHECK(poller.wait(Duration(0)).empty());
}

TEST_CASE("poller: waits as long as it was told when nothing comes") {
  Poller poller;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(poller.wait(Duration(20)).empty());
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(19));
  CHECK(poller.wait(Duration(-5)).empty());
}
