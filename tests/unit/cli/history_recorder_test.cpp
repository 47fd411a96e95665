#include "cli/history_recorder.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "store/history_reader.h"
#include "support/histories.h"
#include "support/recorder.h"
#include "support/surroundings.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr char kSigningSecret[] = "whsec_k8J2mN4pQ7rS9tU1vW3x";
constexpr char kWithoutPrefix[] = "k8J2mN4pQ7rS9tU1vW3x";
constexpr char kToken[] = "t0ken-of-a-user";

// A recorder whose history is in a folder of its own.
struct Recording {
  Recording() { here.variables["SLOTFLOW_HOOKS_STORE"] = dir.file("store.json"); }

  void begin() {
    HistoryBatch batch = batch_to("id", {"http://a/", "http://b/"});
    batch.deliveries[0].plan.withheld = {"Authorization"};
    batch.deliveries[0].plan.headers = {{"X-Note", std::string("it is ") + kWithoutPrefix},
                                        {"X-Plain", "plain"}};
    Delivery delivery;
    delivery.signing.secret = kSigningSecret;
    delivery.request.headers = {{"Authorization", std::string("Bearer ") + kToken}};
    recorder.hide_secrets_of({{delivery}});
    recorder.begin(std::move(batch));
  }
  DeliveryDetails details(const std::string& id = "id0") const {
    const LockWait wait;
    return HistoryReader(path, kHistoryTime, wait).details(id).value();
  }
  // Checks that no secret is in any file, now and after the end.
  void check_bytes() {
    while (!recorder.is_recorded(delivery())) std::this_thread::yield();
    check_raw();
    CHECK(raw_bytes(path).find("(not kept)") != std::string::npos);
    recorder.finish();
    check_raw();
  }
  void check_raw() const {
    const std::string bytes = raw_bytes(path);
    for (const char* secret : {kSigningSecret, kWithoutPrefix, kToken}) {
      CHECK_MESSAGE(bytes.find(secret) == std::string::npos, secret);
    }
  }
  static Delivery delivery() {
    Delivery delivery;
    delivery.id = "id0";
    return delivery;
  }

  const TempDir dir;
  const std::string path = dir.file("store.db");
  Surroundings here;
  GlobalOptions options;
  Context context{options, here.world};
  Recorder shown;
  HistoryRecorder recorder{context, shown, false};
};

// A request that has every secret in it.
Attempt telling_attempt(Reply reply, Outcome outcome = Outcome::delivered) {
  Attempt attempt = recorded_attempt("id0", 1, std::move(reply), outcome);
  const std::string head = std::string("POST /?key=") + kWithoutPrefix +
                           " HTTP/1.1\r\nauthorization: Bearer " + kToken + "\r\nX-Note: it is " +
                           kWithoutPrefix + "\r\nX-Slotflow-Signature: t=17,v1=ab\r\n\r\n";
  attempt.request = RequestBytes{head, std::string("body ") + kToken, head.size() + 7};
  attempt.reply.sent = head.size() + 7;
  return attempt;
}

}  // namespace

TEST_CASE("history_recorder: no secret of a request or a response reaches the disk") {
  Recording recording;
  recording.begin();
  Reply reply = reply_of(200, std::string("{\"") + kSigningSecret + "\":\"" + kToken + kToken +
                                  "\",\"x\":\"" + kWithoutPrefix + "\"}");
  auto& response = std::get<Response>(reply.result);
  response.reason = std::string("OK ") + kSigningSecret;
  response.headers = {{"X-Echo", std::string("Bearer ") + kToken},
                      {std::string("X-") + kWithoutPrefix, "1"},
                      {"X-Plain", "abc"}};
  recording.recorder.attempted(telling_attempt(reply));
  recording.check_bytes();
  const DeliveryDetails details = recording.details();
  CHECK(details.plan.headers == std::vector<Header>{{"X-Plain", "plain"}});
  CHECK(details.plan.withheld == std::vector<std::string>{"Authorization", "X-Note"});
  REQUIRE(details.attempts.size() == 1);
  const AttemptRecord& record = details.attempts[0];
  CHECK(
      record.attempt.request->head ==
      "POST /?key=(not kept) HTTP/1.1\r\nauthorization: (not kept)\r\nX-Note: it is (not kept)\r\n"
      "X-Slotflow-Signature: t=17,v1=ab\r\n\r\n");
  CHECK(record.signed_at == 17);
  CHECK(record.attempt.reply.sent == record.attempt.request->size);  // all of it
  const Response* got = record.attempt.reply.response();
  REQUIRE(got != nullptr);
  CHECK(got->body == "{\"(not kept)\":\"(not kept)(not kept)\",\"x\":\"(not kept)\"}");
  CHECK(got->reason == "OK (not kept)");
  CHECK(got->headers ==
        std::vector<Header>{{"X-Echo", "(not kept)"}, {"X-(not kept)", "1"}, {"X-Plain", "abc"}});
}

TEST_CASE("history_recorder: no secret in a failure reaches the disk") {
  Recording recording;
  recording.begin();
  recording.recorder.attempted(telling_attempt(
      reply_of(FailureKind::bad_response, std::string("got ") + kSigningSecret + ", " + kToken),
      Outcome::failed));
  recording.check_bytes();
  CHECK(recording.details().attempts.at(0).attempt.reply.failure()->detail ==
        "got (not kept), (not kept)");
}

TEST_CASE("history_recorder: nor does the beginning of one, where a body was cut") {
  Recording recording;
  recording.begin();
  Reply reply = reply_of(200, "x" + std::string(kSigningSecret).substr(0, 20));
  std::get<Response>(reply.result).cut = true;
  recording.recorder.attempted(telling_attempt(reply));
  recording.check_bytes();
  CHECK(recording.details().attempts.at(0).attempt.reply.response()->body == "x(not kept)");
}

TEST_CASE("history_recorder: a request that was cut stays one") {
  for (const std::size_t sent : {std::size_t{0}, std::size_t{40}}) {
    Recording recording;
    recording.begin();
    Attempt attempt = telling_attempt(reply_of(FailureKind::connection_reset), Outcome::failed);
    attempt.reply.sent = sent;
    recording.recorder.attempted(attempt);
    recording.check_bytes();
    CHECK(recording.details().attempts.at(0).attempt.reply.sent == sent);
  }
}

TEST_CASE(
    "history_recorder: the other observer sees what was sent, with requests only if it wants") {
  Recording recording;
  recording.begin();
  CHECK(recording.recorder.wants_requests());
  recording.recorder.attempted(telling_attempt(reply_of(200, kToken)));
  REQUIRE(recording.shown.attempts.size() == 1);
  CHECK_FALSE(recording.shown.attempts[0].request);
  CHECK(recording.shown.attempts[0].reply.response()->body == kToken);
  recording.shown.behind = 1;
  CHECK(recording.recorder.is_behind());
  HistoryRecorder verbose(recording.context, recording.shown, true);
  verbose.attempted(telling_attempt(reply_of(200)));
  REQUIRE(recording.shown.attempts.size() == 2);
  CHECK(recording.shown.attempts[1].request->body == std::string("body ") + kToken);
}

TEST_CASE("history_recorder: without begin() there is no history") {
  Recording recording;
  CHECK_FALSE(recording.recorder.wants_requests());
  CHECK(recording.recorder.is_recorded(Recording::delivery()));
  recording.recorder.attempted(telling_attempt(reply_of(200)));
  recording.recorder.finish();
  CHECK(recording.shown.attempts.size() == 1);
  CHECK_FALSE(std::filesystem::exists(recording.path));
}

TEST_CASE("history_recorder: a history that cannot be kept is said once, and deliveries go on") {
  Recording recording;
  ::mkdir(recording.path.c_str(), 0700);
  recording.begin();
  CHECK(recording.here.err.str() ==
        "slotflow-hooks: warning: the history of deliveries is not kept: " + recording.path +
            ": expected a regular file, got a directory\n");
  CHECK(recording.recorder.is_recorded(Recording::delivery()));
  recording.recorder.attempted(telling_attempt(reply_of(200)));
  recording.recorder.finish();
  CHECK(recording.shown.attempts.size() == 1);
  CHECK(recording.here.err.str().find('\n') == recording.here.err.str().size() - 1);
}

TEST_CASE("history_recorder: one that fails later is said at the end") {
  Recording recording;
  recording.begin();
  second_connection(recording.path).run("DROP TABLE exchange");
  recording.recorder.attempted(telling_attempt(reply_of(200)));
  recording.recorder.finish();
  const std::string said = recording.here.err.str();
  CHECK(said.starts_with(
      "slotflow-hooks: warning: the history of deliveries is not kept: cannot write " +
      recording.path + ": no such table: exchange; " + recording.path + " is damaged: it is now "));
  CHECK(said.find('\n') == said.size() - 1);
}

TEST_CASE("history_recorder: without a place for the store there is no history") {
  Surroundings here;
  GlobalOptions options;
  Context context(options, here.world);
  Recorder shown;
  HistoryRecorder recorder(context, shown, false);
  recorder.begin(batch_to("id", {"http://a/"}));
  CHECK(here.err.str() ==
        "slotflow-hooks: the history of deliveries is not kept: HOME is not set\n");
}

TEST_CASE("history_recorder: headers that may be credentials") {
  for (const char* name : {"Authorization", "proxy-authorization", "Cookie", "X-Api-Key", "X-Auth",
                           "X-Access-TOKEN", "X-Session-Id", "My-Password"}) {
    CHECK_MESSAGE(is_credential({name, ""}), name);
  }
  for (const char* name : {"Content-Type", "User-Agent", "Idempotency-Key", "X-Request-Id"}) {
    CHECK_FALSE_MESSAGE(is_credential({name, ""}), name);
  }
}
