#include "inspector/viewers.h"

#include <vector>

#include <doctest/doctest.h>

#include "inspector/received_entries.h"

using namespace slotflow;

namespace {

void arrive(ReceivedEntries& entries, std::uint64_t n) {
  ReceivedRequest request;
  request.n = n;
  request.event = n % 2 == 0 ? "even" : "odd";
  entries.add(std::move(request));
}

std::string next_of(const WebReply& reply) {
  std::string bytes;
  CHECK(reply.stream(bytes));
  return bytes;
}

}  // namespace

TEST_CASE("viewers: the first event is hello, then entries with ids to continue from") {
  ReceivedEntries entries({});
  arrive(entries, 1);
  Viewers viewers("run", entries);
  const WebReply reply = viewers.follow({}, "");
  CHECK(reply.response.type == "text/event-stream");
  CHECK(next_of(reply) == "event: hello\nid: run-1\ndata: {\"run\":\"run\",\"total\":1}\n\n");
  arrive(entries, 2);
  CHECK(next_of(reply).starts_with("event: entry\nid: run-2\ndata: {\"id\":\"r2\","));
}

TEST_CASE("viewers: a viewer that was connected before gets what it has missed") {
  ReceivedEntries entries({});
  Viewers viewers("run", entries);
  for (std::uint64_t n = 1; n <= 3; ++n) arrive(entries, n);
  WebReply reply = viewers.follow({}, "run-1");
  next_of(reply);
  const std::string missed = next_of(reply);
  CHECK(missed.find("\"r1\"") == std::string::npos);
  CHECK(missed.find("\"r2\"") != std::string::npos);
  CHECK(missed.find("\"r3\"") != std::string::npos);
  // Of another run, or none: it begins now.
  for (const char* id : {"other-1", "run-", "run-x", "1", "run"}) {
    CAPTURE(std::string(id));
    reply = viewers.follow({}, id);
    next_of(reply);
    arrive(entries, 4);
    CHECK(next_of(reply).find("\"r2\"") == std::string::npos);
  }
  // From a position that never was.
  reply = viewers.follow({}, "run-99");
  next_of(reply);
  CHECK(next_of(reply).starts_with("event: resync\n"));
}

TEST_CASE("viewers: a search selects the entries") {
  ReceivedEntries entries({});
  Viewers viewers("run", entries);
  const WebReply reply = viewers.follow({"event:even", Timestamp()}, "");
  next_of(reply);
  arrive(entries, 1);
  arrive(entries, 2);
  const std::string events = next_of(reply);
  CHECK(events.find("event: removed") != std::string::npos);
  CHECK(events.find("event: entry") != std::string::npos);
  CHECK(events.find("\"even\"") != std::string::npos);
  CHECK(events.find("\"odd\"") == std::string::npos);
}

TEST_CASE("viewers: there are at most ten, and one that leaves makes room") {
  ReceivedEntries entries({});
  Viewers viewers("run", entries);
  std::vector<WebReply> replies;
  for (int i = 0; i < kMaxViewers; ++i) replies.push_back(viewers.follow({}, ""));
  const WebReply refused = viewers.follow({}, "");
  CHECK(refused.response.status == 503);
  CHECK(!refused.stream);
  CHECK(refused.response.body ==
        R"({"error":"10 viewers are connected already: close one of them"})");
  replies.pop_back();
  CHECK(viewers.follow({}, "").stream);
}

TEST_CASE("viewers: the end is told, and ends the stream") {
  ReceivedEntries entries({});
  Viewers viewers("run", entries);
  {
    const WebReply reply = viewers.follow({}, "");
    next_of(reply);
    entries.end();
    std::string bytes;
    CHECK(!reply.stream(bytes));
    CHECK(bytes.starts_with("event: ended\n"));
    // The connection may stay for other requests.
    viewers.wait_for_none(std::chrono::hours(1));
  }
}
