// listen: what it prints, and how it ends.
#include <doctest/doctest.h>

#include "support/live_receiver.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("listen: the ready line comes first, with the real port") {
  const Home home;
  Listener listener(home, {});
  CHECK(listener.program.lines().size() == 1);
  const Json ready = listener.program.lines()[0];
  CHECK(names_of(ready) == Names{"type", "url", "port", "ui"});
  CHECK(listener.port != 0);
  CHECK(listener.url == "http://127.0.0.1:" + std::to_string(listener.port) + "/");
  CHECK(send_to(listener.port, post("{}")).status == 200);
}

TEST_CASE("listen: a request's JSON has exactly the promised members") {
  const Home home;
  Listener listener(home, {"--count", "2"});
  const std::string body = booking_event("b1");
  CHECK(send_to(listener.port, post(body, "/x?y=z", "x-OnE: 1\r\n")).status == 200);
  CHECK(send_to(listener.port, post("\xff\xfe")).status == 200);
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 4);
  const Json& request = lines[1];
  CHECK(names_of(request) == Names{"type", "n", "at", "method", "path", "headers", "body",
                                   "body_base64", "event", "booking_id", "signature",
                                   "signature_reason", "signature_diagnosis", "duplicate", "answer",
                                   "forwarded"});
  CHECK(request["type"] == "request");
  CHECK(request["n"] == 1);
  CHECK(request["method"] == "POST");
  CHECK(request["path"] == "/x?y=z");
  CHECK(request["headers"][1] == Json::array({"x-OnE", "1"}));
  CHECK(request["body"] == body);
  CHECK(request["body_base64"].is_null());
  CHECK(request["event"] == "booking.confirmed");
  CHECK(request["booking_id"] == "b1");
  CHECK(request["signature"] == "unchecked");
  CHECK(request["duplicate"] == false);
  CHECK(request["answer"] == Json{{"status", 200}, {"fault", nullptr}, {"delay_ms", 0}});
  CHECK(lines[2]["body"].is_null());
  CHECK(lines[2]["body_base64"] == "//4=");
  CHECK(lines[3] == Json{{"type", "summary"},
                         {"requests", 2},
                         {"accepted", 2},
                         {"failed", 0},
                         {"duplicates", 0},
                         {"bad_signatures", 0},
                         {"answers", {{"200", 2}}},
                         {"faults", Json::object()},
                         {"seed", nullptr},
                         {"distinct", 2},
                         {"expect", nullptr},
                         {"ended", "count"}});
}

TEST_CASE("listen: a malformed request is one line that says so") {
  const Home home;
  Listener listener(home, {"--count", "1"});
  CHECK(send_to(listener.port, "\x1b[31mnonsense\r\n\r\n").status == 400);
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["malformed"] == "the method is not a token");
  CHECK(lines[1]["answer"]["status"] == 400);
  CHECK(lines[2]["failed"] == 1);
}

TEST_CASE("listen: ends with 0 as soon as enough distinct events were accepted") {
  const Home home;
  Listener listener(home, {"--expect", "2", "--fail-first", "1", "--for", "1h"});
  CHECK(send_to(listener.port, post(booking_event("b1"))).status == 500);
  CHECK(send_to(listener.port, post(booking_event("b1"))).status == 200);
  CHECK(send_to(listener.port, post(booking_event("b1"))).status == 200);
  CHECK(send_to(listener.port, post(booking_event("b2"))).status == 200);
  CHECK(listener.program.wait() == 0);
  CHECK(listener.program.lines().back() == Json{{"type", "summary"},
                                                {"requests", 4},
                                                {"accepted", 3},
                                                {"failed", 1},
                                                {"duplicates", 1},
                                                {"bad_signatures", 0},
                                                {"answers", {{"200", 3}, {"500", 1}}},
                                                {"faults", Json::object()},
                                                {"seed", nullptr},
                                                {"distinct", 2},
                                                {"expect", 2},
                                                {"ended", "expectation"}});
}

TEST_CASE("listen: ends with 1 when the time runs out first") {
  const Home home;
  Program program(home, {"listen", "--port", "0", "--json", "--expect", "3", "--for", "10ms"});
  CHECK(program.wait() == 1);
  CHECK(program.lines().back()["type"] == "summary");
  CHECK(program.err.text() == "slotflow-hooks: accepted 0 of 3 expected events\n");
}

TEST_CASE("listen: without an expectation the time is a normal end") {
  const Home home;
  Program program(home, {"listen", "--port", "0", "--json", "--for", "10ms"});
  CHECK(program.wait() == 0);
}

TEST_CASE("listen: an interrupt is the normal end, unless more was expected") {
  const Home home;
  Listener plain(home, {});
  plain.program.interrupt();
  CHECK(plain.program.wait() == 0);
  CHECK(plain.program.lines().back()["type"] == "summary");
  Listener expecting(home, {"--expect", "1"});
  expecting.program.interrupt();
  CHECK(expecting.program.wait() == 1);
}

TEST_CASE("listen: an interrupt does not wait for delayed responses") {
  const Home home;
  Listener listener(home, {"--delay", "1h"});
  RawClient client(listener.port);
  client.send(post("{}"));
  // One that gets its response at once has the number 2 if the first one has come before.
  send_to(listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto second = try_parse_json(listener.program.out.await_line("\"GET\""));
  REQUIRE(second);
  REQUIRE(second->at("n") == 2);
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  CHECK(client.response().status == 0);
  CHECK(listener.program.lines().back()["failed"] == 2);
}

TEST_CASE("listen: is registered while it runs, and not afterwards") {
  const Home home;
  const Registry registry(home.store());
  Listener listener(home, {"--register", "--count", "1", "--path", "/hook"});
  const auto webhooks = registry.read().webhooks;
  REQUIRE(webhooks.size() == 1);
  CHECK(webhooks[0].url == "http://127.0.0.1:" + std::to_string(listener.port) + "/hook");
  const std::string body = booking_event("b1");
  const auto now = std::chrono::system_clock::now();
  const std::string signature =
      sign(webhooks[0].signing_secret, std::chrono::system_clock::to_time_t(now), body);
  send_to(listener.port, post(body, "/hook", "X-Slotflow-Signature: " + signature + "\r\n"));
  CHECK(listener.program.wait() == 0);
  CHECK(listener.program.lines()[1]["signature"] == "valid");
  CHECK(registry.read().webhooks.empty());
}

TEST_CASE("listen: a URL that is registered already keeps its secret and stays") {
  const Home home;
  Registry registry(home.store());
  int port = 0;
  {
    const UniqueFd bound = bound_socket("127.0.0.1");
    port = port_of(bound.get());
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/";
  const Webhook webhook = registry.add({url, {Event::booking_confirmed}, "whsec_kept"}, {});
  const std::string stays = "slotflow-hooks: " + url +
                            " stays registered when listen ends: it already was, as " + webhook.id +
                            "\n";
  {
    Program program(home, {"listen", "--register", "--port", std::to_string(port), "--for", "0s"});
    CHECK(program.wait() == 0);
    CHECK(program.err.text() == stays);
  }
  REQUIRE(registry.read().webhooks.size() == 1);
  CHECK(registry.read().webhooks[0].signing_secret == "whsec_kept");
  Program other(home, {"listen", "--register", "--port", std::to_string(port), "--for", "0s",
                       "--secret", "whsec_other"});
  CHECK(other.wait() == 0);
  CHECK(other.err.text() == stays + "slotflow-hooks: the signatures of events to " + url +
                                " will be invalid here: " + webhook.id +
                                " has another secret than --secret\n");
}

TEST_CASE("listen: a bad signature is shown with its diagnosis, and the caller does not see it") {
  const Home home;
  Listener listener(home, {"--secret", "whsec_abc", "--require-signature", "--count", "1"});
  const std::string signature = sign("whsec_abc", 1, "{}\n");
  const RawResponse response =
      send_to(listener.port, post("{}", "/", "X-Slotflow-Signature: " + signature + "\r\n"));
  CHECK(response.status == 401);
  CHECK(response.body == "signature invalid\n");
  CHECK(listener.program.wait() == 0);
  const Json request = listener.program.lines()[1];
  CHECK(request["signature_reason"] == "v1 does not match the body, t and secret");
  CHECK(request["signature_diagnosis"] ==
        "the signed body ended with a newline; the body given here does not");
}

TEST_CASE("listen: a port in use is an error that names it") {
  const Home home;
  const Listener first(home, {});
  const std::string port = std::to_string(first.port);
  Program second(home, {"listen", "--port", port});
  CHECK(second.wait() == 3);
  CHECK(second.out.text() == "");
  CHECK(second.err.text() ==
        "slotflow-hooks: error: cannot listen on 127.0.0.1 port " + port +
            ": Address already in use\n"
            "hint: use --port 0 for a free port: another process listens on this one\n");
}

TEST_CASE("listen: a bad signature gets a 401 when that is asked for") {
  const Home home;
  Listener listener(home, {"--secret", "whsec_abc", "--require-signature", "--count", "1"});
  CHECK(send_to(listener.port, post("{}")).status == 401);
  CHECK(listener.program.wait() == 0);
  CHECK(listener.program.lines()[1]["signature"] == "missing");
  CHECK(listener.program.lines().back()["bad_signatures"] == 1);
}

TEST_CASE("listen: nothing that was sent can control the terminal") {
  const Home home;
  Program program(home, {"listen", "--port", "0", "--count", "2"});
  const std::string ready = program.out.await_line("http://127.0.0.1:");
  const auto colon = ready.find("127.0.0.1:");
  REQUIRE(colon != std::string::npos);
  const int port = std::stoi(ready.substr(colon + 10));
  RawClient client(port);
  const std::string evil =
      "\x1b]0;pwned\x07\xc2\x9b"
      "31m";
  client.send(post("{\"event\":\"" + evil + "\",\"data\":{\"id\":\"" + evil + "\"}}", "/\xc2\x9b",
                   "X-Evil: \xc2\x9b"
                   "31m\r\n"));
  CHECK(client.response().status == 200);
  client.send(post(evil));
  CHECK(client.response().status == 200);
  CHECK(program.wait() == 0);
  const std::string out = program.out.text();
  CHECK(out.find('\x1b') == std::string::npos);
  CHECK(out.find('\x07') == std::string::npos);
  CHECK(out.find("\xc2\x9b") == std::string::npos);
}
