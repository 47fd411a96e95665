#include "receive/recent.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("recent: values are kept") {
  Recent<std::string, int> recent;
  recent.at("a") = 7;
  CHECK(recent.at("a") == 7);
  CHECK(recent.at("b") == 0);
  CHECK(recent.size() == 2);
}

TEST_CASE("recent: forgets the oldest when it is full") {
  Recent<std::string, int> recent(3);
  for (int i = 0; i < 5; ++i) recent.at(std::to_string(i)) = i;
  CHECK(recent.size() == 3);
  CHECK(recent.at("2") == 2);
  CHECK(recent.at("0") == 0);  // new again
  CHECK(recent.at("2") == 0);  // in the place of the oldest
  CHECK(recent.size() == 3);
}

TEST_CASE("recent: looking for a key makes no entry") {
  Recent<std::string, int> recent(1);
  CHECK(recent.find("a") == nullptr);
  CHECK(recent.size() == 0);
  recent.at("a") = 1;
  CHECK(recent.find("b") == nullptr);
  REQUIRE(recent.find("a") != nullptr);
  CHECK(*recent.find("a") == 1);
}

TEST_CASE("recent: the entry just made survives, even alone") {
  Recent<std::string, int> recent(1);
  recent.at("a") = 1;
  recent.at("b") = 2;
  CHECK(recent.at("b") == 2);
  CHECK(recent.size() == 1);
}
