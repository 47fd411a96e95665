#include "conformance/suite.h"

#include <set>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("suite: every check has a unique id in a section, and all of its texts") {
  std::set<std::string_view> ids;
  for (const Check* check : all_checks()) {
    const CheckInfo& info = check->info;
    CAPTURE(info.id);
    CHECK(ids.insert(info.id).second);
    CHECK(info.id.find('.') != std::string_view::npos);
    CHECK(info.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") ==
          std::string_view::npos);
    for (const std::string_view text : {info.title, info.requirement, info.source, info.remedy}) {
      CHECK_FALSE(text.empty());
    }
    CHECK((check->run != nullptr));
  }
}

TEST_CASE("suite: an id and a title fit a line of a list") {
  constexpr std::size_t kRoom = 80 - 4;  // without the indentation and the gap between the two
  for (const Check* check : all_checks()) {
    CAPTURE(check->info.id);
    CHECK(check->info.id.size() + check->info.title.size() <= kRoom);
  }
}

TEST_CASE("suite: signature.valid is the first check of its section") {
  CHECK(select_checks({"signature"}, {}).front()->info.id == "signature.valid");
}

TEST_CASE("suite: checks are selected and skipped by id and by section") {
  CHECK(select_checks({}, {}).size() == all_checks().size());
  const std::size_t deliveries = delivery_checks().size() + stalled_checks().size();
  CHECK(select_checks({"delivery"}, {}).size() == deliveries);
  CHECK(select_checks({"delivery", "leaks.secret"}, {"delivery.get"}).size() == deliveries);
  CHECK(select_checks({"delivery.get"}, {"delivery"}).empty());
  CHECK(thrown([] { select_checks({"delivry"}, {}); }) ==
        "USAGE: --only: expected the id of a check, or a section, got 'delivry' | hint: did you "
        "mean 'delivery'?");
}

TEST_CASE("suite: a check is found by its id alone") {
  CHECK((&find_check("--explain", "leaks.oracle") == &leaks_checks().front()));
  CHECK(thrown([] { find_check("--explain", "signature.stalle"); }) ==
        "USAGE: --explain: expected the id of a check, got 'signature.stalle' | hint: did you mean "
        "'signature.stale'?");
  CHECK(thrown([] { find_check("--explain", "zzz"); }) ==
        "USAGE: --explain: expected the id of a check, got 'zzz' | hint: run 'slotflow-hooks "
        "check --list' to see the ids");
}
