#include "api/remote_webhooks.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/webhook_json.h"
#include "support/fake_clock.h"
#include "support/thrown.h"
#include "web/http_server.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// An API with webhooks of which each change fails so many times, and a clock that only the waits of
// its client move on.
class FailingApi {
 public:
  FailingApi(int webhooks, int failures) : failures_(failures) {
    for (int i = 1; i <= webhooks; ++i) {
      const std::string id = std::to_string(i);
      webhooks_.push_back({id,
                           "http://localhost:" + id + "/",
                           {Event::booking_confirmed},
                           "whsec_x",
                           true,
                           "2026-03-10T14:05:00.000Z"});
    }
    server_.start();
  }

  RemoteWebhooks client() {
    ClientSettings settings;
    settings.base = parse_url("--api", std::to_string(server_.port()));
    settings.key = "sk_live_x";
    settings.notice = [this](const std::string& text) { notices.push_back(text); };
    settings.pause = [this](Duration d) {
      clock.advance(d);
      waited += d;
      return true;
    };
    return {ApiClient(std::move(settings), clock), OwnCommand()};
  }

  FakeClock clock;
  Duration waited{0};  // in all
  std::vector<std::string> notices;

 private:
  WebReply respond(const WebRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.method == "GET") {
      Json webhooks = Json::array();
      for (const Webhook& webhook : webhooks_) webhooks.push_back(json_of(webhook));
      return {{200, Json{{"webhooks", webhooks}}.dump()}};
    }
    if (tries_[request.target]++ < failures_) return {{503, "{}"}};
    std::erase_if(webhooks_, [&](const Webhook& webhook) {
      return request.target == "/v1/webhooks/" + webhook.id;
    });
    return {{200, "{}"}};
  }

  int failures_;
  std::mutex mutex_;
  std::vector<Webhook> webhooks_;
  std::map<std::string, int> tries_;
  HttpServer server_{"127.0.0.1", 0,
                     [this](const WebRequest& request) { return respond(request); }};
};

constexpr Duration kDeadline = std::chrono::seconds(30);

}  // namespace

TEST_CASE("remote webhooks: each removal has the whole deadline") {
  FailingApi api(5, 6);
  std::vector<std::string> removed;
  api.client().remove_all([&](const Webhook& webhook) { removed.push_back(webhook.id); });
  CHECK((removed == std::vector<std::string>{"1", "2", "3", "4", "5"}));
  CHECK(api.waited > kDeadline);  // so one deadline for all would be over
}

TEST_CASE("remote webhooks: so has each call") {
  FailingApi api(5, 6);
  RemoteWebhooks webhooks = api.client();
  for (const std::string id : {"1", "2", "3", "4", "5"}) {
    CHECK(webhooks.remove({"http://localhost:" + id + "/"}).size() == 1);
  }
  CHECK(api.waited > kDeadline);
}

TEST_CASE("remote webhooks: a change that never succeeds ends with its deadline") {
  FailingApi api(1, 1'000);
  RemoteWebhooks webhooks = api.client();
  CHECK(thrown([&] {
          webhooks.remove({"http://localhost:1/"});
        }).find("still returns 503 after 30s") != std::string::npos);
  CHECK(api.waited < kDeadline);
  // It is looked up between two tries, which is no call of its own.
  CHECK(thrown([&] {
          webhooks.add({"http://localhost:2/", {Event::booking_confirmed}});
        }).find("still returns 503 after 30s") != std::string::npos);
  CHECK(api.waited < 2 * kDeadline);
  REQUIRE(api.notices.size() == 2);
  CHECK(api.notices[0].ends_with(": it returns 503; trying again for up to 30s"));
}

TEST_CASE("remote webhooks: tries of a moment are not worth a notice") {
  FailingApi api(1, 2);
  CHECK(api.client().remove({"http://localhost:1/"}).size() == 1);
  CHECK(api.notices.empty());
}
