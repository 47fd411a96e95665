#include "domain/own_command.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("own command: names the store that was given") {
  CHECK(OwnCommand()("list") == "slotflow-hooks list");
  CHECK(OwnCommand("")("list") == "slotflow-hooks list");
  CHECK(OwnCommand("/tmp/s.json")("secret 1") == "slotflow-hooks secret 1 --store /tmp/s.json");
  CHECK(OwnCommand("my store")("list") == "slotflow-hooks list --store 'my store'");
  CHECK(OwnCommand("-s")("list") == "slotflow-hooks list --store ./-s");
}
