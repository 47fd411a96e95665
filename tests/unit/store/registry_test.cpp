#include "store/registry.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "domain/error.h"
#include "support/entries.h"
#include "support/enum_words.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using test::entries;
using test::slurp;
using test::spit;
using test::TempDir;
using test::thrown;
using Names = std::set<std::string>;

namespace {

const Timestamp kNow = from_unix_seconds(1'773'151'500);  // 2026-03-10T14:05:00Z

NewWebhook webhook_for(const std::string& url) {
  return {url, {Event::booking_confirmed}, "whsec_test"};
}

// A store with a webhook for each id, at http://localhost:4001/ and up.
std::string store_with(const std::vector<std::string>& ids, const std::string& plan = "growth") {
  Json document{{"version", 1}, {"plan", plan}, {"webhooks", Json::array()}};
  int port = 4000;
  for (const std::string& id : ids) {
    document["webhooks"].push_back({{"id", id},
                                    {"url", "http://localhost:" + std::to_string(++port) + "/"},
                                    {"events", {"booking.cancelled"}},
                                    {"signing_secret", "whsec_" + id},
                                    {"active", true},
                                    {"created_at", "2026-03-10T14:05:00.000Z"}});
  }
  return document.dump(2) + "\n";
}

std::vector<std::string> ids_of(const std::vector<Webhook>& webhooks) {
  std::vector<std::string> ids;
  for (const Webhook& webhook : webhooks) ids.push_back(webhook.id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("registry: a missing file and one of zero bytes are an empty store on plan free") {
  const TempDir dir;
  CHECK(Registry(dir.file("none")).read().webhooks.empty());
  CHECK(Registry(dir.file("none")).read().plan == Plan::free);
  CHECK(Registry(dir.file("no/such/folder")).read().webhooks.empty());
  CHECK(entries(dir.path()).empty());
  spit(dir.file("zero"), "");
  Registry zero(dir.file("zero"));
  CHECK(zero.read().webhooks.empty());
  zero.add(webhook_for("http://localhost/"), kNow);
  CHECK(zero.read().webhooks.size() == 1);
}

TEST_CASE("registry: what was added is read back, in order") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  const Webhook first = registry.add(webhook_for("https://example.com/hook"), kNow);
  const Webhook second = registry.add(webhook_for("http://localhost:3000/"), kNow);
  CHECK(first.url == "https://example.com/hook");
  CHECK(first.signing_secret == "whsec_test");
  CHECK(first.created_at == "2026-03-10T14:05:00.000Z");
  CHECK(first.active);
  CHECK((first.events == std::vector<Event>{Event::booking_confirmed}));
  CHECK(first.id.size() == 36);
  const Snapshot store = registry.read();
  CHECK(store.plan == Plan::free);
  REQUIRE((ids_of(store.webhooks) == Ids{first.id, second.id}));
  CHECK(store.webhooks[0].url == first.url);
  CHECK(store.webhooks[0].signing_secret == first.signing_secret);
  CHECK(store.webhooks[0].created_at == first.created_at);
  CHECK((store.webhooks[0].events == first.events));
}

TEST_CASE("registry: a URL is registered once while active, also when the limit is reached") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2"}, "free"));
  Registry registry(dir.file("s"));
  CHECK(thrown([&] { registry.add(webhook_for("http://localhost:4001/"), kNow); }) ==
        "VALIDATION_ERROR: http://localhost:4001/ is already registered (id aaaa-1) | "
        "hint: to register it again, run 'slotflow-hooks delete aaaa-1' first");
  CHECK(slurp(dir.file("s")) == store_with({"aaaa-1", "bbbb-2"}, "free"));
}

TEST_CASE("registry: a duplicate is found where the file was edited by hand") {
  const TempDir dir;
  Json document = Json::parse(store_with({"aaaa-1"}));
  document["webhooks"][0]["url"] = "HTTP://LocalHost:80";
  spit(dir.file("s"), document.dump());
  Registry registry(dir.file("s"));
  CHECK(thrown([&] {
          registry.add(webhook_for("http://localhost/"), kNow);
        }).starts_with("VALIDATION_ERROR: http://localhost/ is already registered (id aaaa-1)"));
  document["webhooks"][0]["active"] = false;
  spit(dir.file("s"), document.dump());
  registry.add(webhook_for("http://localhost/"), kNow);
  CHECK(registry.read().webhooks.size() == 2);
}

TEST_CASE("registry: the plan limits how many webhooks are active") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  const auto add = [&](int n) {
    return registry.add(webhook_for("http://localhost:" + std::to_string(3000 + n) + "/"), kNow);
  };
  add(1);
  add(2);
  CHECK(thrown([&] { add(3); }) ==
        "LIMIT_REACHED: plan free allows 2 webhooks, and 2 are registered | hint: run "
        "'slotflow-hooks plan starter' (10 webhooks) or delete one");
  registry.set_plan(Plan::starter);
  for (int n = 3; n <= 10; ++n) add(n);
  CHECK(thrown([&] { add(11); }) ==
        "LIMIT_REACHED: plan starter allows 10 webhooks, and 10 are registered | hint: "
        "run 'slotflow-hooks plan growth' (unlimited) or delete one");
  registry.set_plan(Plan::growth);
  add(11);
  registry.set_plan(Plan::free);
  CHECK(thrown([&] { add(12); }) ==
        "LIMIT_REACHED: plan free allows 2 webhooks, and 11 are registered | hint: run "
        "'slotflow-hooks plan growth' (unlimited) or delete one");
  CHECK(registry.read().webhooks.size() == 11);
}

TEST_CASE("registry: an inactive webhook does not count towards the limit") {
  const TempDir dir;
  Json document = Json::parse(store_with({"aaaa-1", "bbbb-2"}, "free"));
  document["webhooks"][0]["active"] = false;
  spit(dir.file("s"), document.dump());
  Registry registry(dir.file("s"));
  registry.add(webhook_for("http://localhost/"), kNow);
  CHECK(registry.read().webhooks.size() == 3);
}

TEST_CASE("registry: a secret that is not UTF-8 is rejected, as JSON cannot contain it") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  CHECK(thrown([&] {
          registry.add({"http://localhost/", {Event::booking_confirmed}, "whsec_\xff"}, kNow);
        }) == "VALIDATION_ERROR: signing secret: expected UTF-8, got other bytes");
  CHECK(entries(dir.path()).empty());
}

TEST_CASE("registry: a webhook is removed by its id, a prefix of it, or its URL in any spelling") {
  const TempDir dir;
  Registry registry(dir.file("s"));
  const auto left_after = [&](const std::vector<std::string>& arguments) {
    spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2", "cccc-3"}));
    registry.remove(arguments);
    return ids_of(registry.read().webhooks);
  };
  CHECK((left_after({"bbbb-2"}) == Ids{"aaaa-1", "cccc-3"}));
  CHECK((left_after({"bbbb"}) == Ids{"aaaa-1", "cccc-3"}));
  CHECK((left_after({"http://localhost:4003/"}) == Ids{"aaaa-1", "bbbb-2"}));
  CHECK((left_after({"HTTP://LOCALHOST:4003"}) == Ids{"aaaa-1", "bbbb-2"}));
  CHECK((left_after({"4003"}) == Ids{"aaaa-1", "bbbb-2"}));
  CHECK((left_after({"localhost:4003", "aaaa"}) == Ids{"bbbb-2"}));
}

TEST_CASE("registry: removing returns each webhook once, in the given order") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2", "cccc-3"}));
  Registry registry(dir.file("s"));
  const auto removed = registry.remove({"cccc", "4001", "aaaa-1", "localhost:4003"});
  REQUIRE((ids_of(removed) == Ids{"cccc-3", "aaaa-1"}));
  CHECK(removed[0].signing_secret == "whsec_cccc-3");
  CHECK((ids_of(registry.read().webhooks) == Ids{"bbbb-2"}));
}

TEST_CASE("registry: all or none are removed") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2"}));
  Registry registry(dir.file("s"));
  CHECK(thrown([&] { registry.remove({"aaaa-1", "dddd\x1b[2J"}); }) ==
        "NOT_FOUND: expected the id or URL of a registered webhook, got 'dddd\\x1b[2J' "
        "| hint: run 'slotflow-hooks list' to see the webhooks");
  CHECK(slurp(dir.file("s")) == store_with({"aaaa-1", "bbbb-2"}));
}

TEST_CASE("registry: a prefix needs four characters and must fit one webhook alone") {
  const TempDir dir;
  const std::string seven =
      store_with({"aaaa-1", "aaaa-2", "aaaa-3", "aaaa-4", "aaaa-5", "aaaa-6", "aaaa-7"});
  spit(dir.file("s"), seven);
  Registry registry(dir.file("s"));
  CHECK(thrown([&] { registry.remove({"aaa"}); }) ==
        "NOT_FOUND: expected the id or URL of a registered webhook, got 'aaa' | hint: "
        "give at least 4 characters of the id");
  CHECK(thrown([&] { registry.remove({""}); }) ==
        "NOT_FOUND: expected the id or URL of a registered webhook, got '' | hint: run "
        "'slotflow-hooks list' to see the webhooks");
  CHECK(thrown([&] { registry.remove({"aaaa"}); }) ==
        "NOT_FOUND: expected one webhook, got 'aaaa', which matches several: aaaa-1, "
        "aaaa-2, aaaa-3, aaaa-4, aaaa-5 and 2 more | hint: give more characters of the "
        "id");
  CHECK(slurp(dir.file("s")) == seven);
  CHECK((ids_of(registry.remove({"aaaa-4"})) == Ids{"aaaa-4"}));
}

TEST_CASE("registry: text that is a prefix of one id and the port of another URL is rejected") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "4001-2"}));
  Registry registry(dir.file("s"));
  CHECK(thrown([&] { registry.remove({"4001"}); }) ==
        "NOT_FOUND: expected one webhook, got '4001', which matches several: aaaa-1, "
        "4001-2 | hint: give more characters of the id");
}

TEST_CASE("registry: a whole id wins over the ids it is a prefix of") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "aaaa-10"}));
  Registry registry(dir.file("s"));
  CHECK((ids_of(registry.remove({"aaaa-1"})) == Ids{"aaaa-1"}));
}

TEST_CASE("registry: find_webhook follows the same rules") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "aaaa-2"}));
  const Snapshot store = Registry(dir.file("s")).read();
  CHECK(&find_webhook("--webhook", store.webhooks, "4002", OwnCommand()) == &store.webhooks[1]);
  CHECK(thrown([&] { find_webhook("--webhook", store.webhooks, "aaaa", OwnCommand()); }) ==
        "NOT_FOUND: --webhook: expected one webhook, got 'aaaa', which matches "
        "several: aaaa-1, aaaa-2 | hint: give more characters of the id");
}

TEST_CASE("registry: a URL means its active webhook, if there is one") {
  const TempDir dir;
  std::string content = store_with({"aaaa-1", "bbbb-2", "cccc-3"});
  for (const char* url : {":4002/", ":4003/"}) content.replace(content.find(url), 6, ":4001/");
  for (int i = 0; i < 2; ++i) content.replace(content.find("true"), 4, "false");
  spit(dir.file("s"), content);
  Registry registry(dir.file("s"));
  CHECK((ids_of(registry.remove({"4001"})) == Ids{"cccc-3"}));
  CHECK(thrown([&] {
          registry.remove({"4001"});
        }).starts_with("NOT_FOUND: expected one webhook, got '4001', which matches several"));
  CHECK((ids_of(registry.remove({"bbbb"})) == Ids{"bbbb-2"}));
  CHECK((ids_of(registry.remove({"localhost:4001"})) == Ids{"aaaa-1"}));
}

TEST_CASE("registry: the URL that was probably meant is named") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2"}));
  const auto webhooks = Registry(dir.file("s")).read().webhooks;
  const auto hint_for = [&](const std::string& text) {
    const std::string message =
        thrown([&] { find_webhook("--webhook", webhooks, text, OwnCommand()); });
    return message.substr(message.find("hint: ") + 6);
  };
  for (const char* text : {"127.0.0.1:4002", "http://[::1]:4002/", "localhost:4002/hook",
                           "http://127.0.0.1:4002/hook"}) {
    CAPTURE(text);
    CHECK(hint_for(text) == "did you mean 'http://localhost:4002/'?");
  }
  for (const char* text : {"127.0.0.1:4003", "https://localhost:4002", "192.0.2.1:4002"}) {
    CAPTURE(text);
    CHECK(hint_for(text) == "run 'slotflow-hooks list' to see the webhooks");
  }
}

TEST_CASE("registry: a URL that cannot be parsed is never the meant one") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2"}));
  auto webhooks = Registry(dir.file("s")).read().webhooks;
  webhooks.front().url = "ftp://localhost:4002/";
  const auto message_for = [&](const std::string& text) {
    return thrown([&] { find_webhook("--webhook", webhooks, text, OwnCommand()); });
  };
  for (const char* text : {"127.0.0.1:4002", "localhost:4003"}) {
    CAPTURE(text);
    CHECK(message_for(text).starts_with("NOT_FOUND: --webhook: expected the id or URL of a "));
  }
}

TEST_CASE("registry: a change without an effect leaves the file alone") {
  const TempDir dir;
  Registry registry(dir.file("s"));
  registry.set_plan(Plan::starter);
  std::filesystem::create_hard_link(dir.file("s"), dir.file("witness"));
  registry.set_plan(Plan::starter);
  registry.remove_all();
  registry.remove({});
  CHECK(std::filesystem::equivalent(dir.file("s"), dir.file("witness")));
  registry.set_plan(Plan::growth);
  CHECK_FALSE(std::filesystem::equivalent(dir.file("s"), dir.file("witness")));
}

TEST_CASE("registry: remove_all() returns all, and the plan stays") {
  const TempDir dir;
  spit(dir.file("s"), store_with({"aaaa-1", "bbbb-2"}));
  Registry registry(dir.file("s"));
  CHECK((ids_of(registry.remove_all()) == Ids{"aaaa-1", "bbbb-2"}));
  CHECK(registry.read().webhooks.empty());
  registry.set_plan(Plan::starter);
  CHECK(registry.read().plan == Plan::starter);
}

TEST_CASE("registry: a change that fails or has no effect does not create a store") {
  const TempDir dir;
  Registry registry(dir.file("sub/store.json"));
  CHECK(thrown([&] { registry.remove({"aaaa"}); }) ==
        "NOT_FOUND: expected the id or URL of a registered webhook, got 'aaaa' | hint: "
        "run 'slotflow-hooks list' to see the webhooks");
  CHECK(registry.remove_all().empty());
  registry.set_plan(Plan::free);
  CHECK(entries(dir.path()).empty());
}

TEST_CASE("registry: unknown fields survive every change, in their places, as written") {
  const TempDir dir;
  spit(dir.file("s"), R"({"note": {"z": [1, 2.50, null, "\u00e9\ud83d", 1e400], "a": {}},
 "webhooks": [{"label": "mine", "id": "aaaa-1", "url": "http://localhost:4001/",
   "events": ["booking.confirmed"], "signing_secret": "s", "active": true, "created_at": "then",
   "zz": 12345678901234567890123}], "version": 1, "last": false})");
  Registry registry(dir.file("s"));
  registry.set_plan(Plan::growth);
  const Webhook added = registry.add(webhook_for("http://localhost/"), kNow);
  registry.add(webhook_for("http://localhost:81/"), kNow);
  registry.remove({added.id});
  registry.remove({"localhost:81"});
  CHECK(slurp(dir.file("s")) == R"({
  "note": {
    "z": [
      1,
      2.50,
      null,
      "\u00e9\ud83d",
      1e400
    ],
    "a": {}
  },
  "webhooks": [
    {
      "label": "mine",
      "id": "aaaa-1",
      "url": "http://localhost:4001/",
      "events": [
        "booking.confirmed"
      ],
      "signing_secret": "s",
      "active": true,
      "created_at": "then",
      "zz": 12345678901234567890123
    }
  ],
  "version": 1,
  "last": false,
  "plan": "growth"
}
)");
}

TEST_CASE("registry: no call changes a file that is not a valid store") {
  const TempDir dir;
  const std::string path = dir.file("s");
  Registry registry(path);
  const std::string repair =
      " | hint: the file was not changed: repair it, or choose another with --store";
  const std::vector<std::pair<std::string, std::string>> files{
      {store_with({"aaaa-1"}).substr(0, 100), path + ":7:19: expected a closing quote" + repair},
      {"hello\n", path + ":1:1: expected a value" + repair},
      {R"({"version": 2, "webhooks": []})",
       path + ": expected version 1, got 2; this file was written by a newer slotflow-hooks"},
      {R"({"version": 1, "webhooks": [{}]})", path + ": webhooks[0].id: expected a string"},
      {std::string(100'000, '['), path + ":1:513: expected at most 512 levels of nesting" + repair},
  };
  for (const auto& [bytes, message] : files) {
    spit(path, bytes);
    const std::string start = "STORE_ERROR: " + message;
    const auto refuses = [&](auto call) { return thrown(call).starts_with(start); };
    CAPTURE(start);
    CHECK(refuses([&] { registry.read(); }));
    CHECK(refuses([&] { registry.add(webhook_for("http://localhost/"), kNow); }));
    CHECK(refuses([&] { registry.remove({"aaaa-1"}); }));
    CHECK(refuses([&] { registry.remove_all(); }));
    CHECK(refuses([&] { registry.set_plan(Plan::growth); }));
    CHECK(slurp(path) == bytes);
    CHECK(entries(dir.path()) == Names{"s"});
  }
}
