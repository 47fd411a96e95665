#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "store/registry.h"
#include "support/enum_words.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using test::slurp;
using test::spit;
using test::TempDir;
using test::thrown;

namespace {

Json stored(const std::string& id, const std::string& url, bool active = true) {
  return {{"id", id},
          {"url", url},
          {"events", {"booking.cancelled"}},
          {"signing_secret", "whsec_" + id},
          {"active", active},
          {"created_at", "2026-03-10T14:05:00.000Z"},
          {"note", "of " + id}};
}

Webhook added(const std::string& id, const std::string& url) {
  return {id, url, {Event::booking_confirmed}, "whsec_" + id, true, "2026-01-01T00:00:00.000Z"};
}

std::string exchanged_store(const Json& webhooks) {
  return Json{{"version", 1}, {"plan", "free"}, {"webhooks", webhooks}, {"more", 1}}.dump(2) + "\n";
}

}  // namespace

TEST_CASE("registry: an exchange removes and adds at once, whatever the limit") {
  const TempDir dir;
  const Json a = stored("a", "http://a/");
  const Json off = stored("x", "http://x/", false);
  spit(dir.file("s"), exchanged_store({a, stored("b", "http://b/"), off}));
  Registry(dir.file("s"))
      .exchange({"b", "x", "gone"}, {added("c", "http://b/"), added("d", "http://x/")});
  const Json document = Json::parse(slurp(dir.file("s")));
  CHECK(document["plan"] == "free");
  CHECK(document["more"] == 1);
  REQUIRE(document["webhooks"].size() == 4);
  CHECK(document["webhooks"][0] == a);  // with what the program does not know
  CHECK(document["webhooks"][1] == off);
  CHECK(document["webhooks"][2] == Json{{"id", "c"},
                                        {"url", "http://b/"},
                                        {"events", {"booking.confirmed"}},
                                        {"signing_secret", "whsec_c"},
                                        {"active", true},
                                        {"created_at", "2026-01-01T00:00:00.000Z"}});
  CHECK(document["webhooks"][3]["id"] == "d");
}

TEST_CASE("registry: an exchange leaves the file alone if a URL was registered meanwhile") {
  const TempDir dir;
  const std::string before = exchanged_store({stored("a", "http://a/"), stored("b", "http://b/")});
  spit(dir.file("s"), before);
  Registry registry(dir.file("s"));
  CHECK(thrown([&] {
          registry.exchange({"a"}, {added("c", "http://b/")});
        }).starts_with("VALIDATION_ERROR: http://b/ is already registered (id b)"));
  CHECK(slurp(dir.file("s")) == before);
}

TEST_CASE("registry: an exchange can create the file") {
  const TempDir dir;
  Registry registry(dir.file("s"));
  registry.exchange({"a"}, {});
  CHECK_FALSE(std::filesystem::exists(dir.file("s")));
  registry.exchange({}, {added("c", "http://b/")});
  CHECK(registry.read().webhooks.front().signing_secret == "whsec_c");
}
