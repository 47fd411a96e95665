// listen --forward-to: between a sender and a handler.
#include <doctest/doctest.h>

#include "support/live_receiver.h"
#include "support/live_server.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string url_of(const LiveServer& handler, const std::string& target = "") {
  return "http://127.0.0.1:" + std::to_string(handler.port()) + target;
}

http::OutgoingResponse created(http::IncomingRequest&) {
  http::OutgoingResponse response;
  response.status = 201;
  response.headers = {{"X-Handler", "yes"},
                      {"Set-Cookie", "a=1"},
                      {"Set-Cookie", "b=2"},
                      {"Connection", "X-Hop"},
                      {"X-Hop", "1"}};
  response.body = std::string("\0\xff body", 7);
  return response;
}

}  // namespace

TEST_CASE("forward: everything of a request goes on, and of a response comes back") {
  const Home home;
  LiveServer handler(created);
  Listener listener(home, {"--forward-to", url_of(handler)});
  const std::string body("{\"a\": 1.0}\n\0\xff", 13);
  const RawResponse response = send_to(
      listener.port, post(body, "/a/..%2fb?x=1&x=2",
                          "X-CaSe: One\r\nX-Case: two\r\nX-Slotflow-Signature: t=1,v1=ab\r\n"
                          "Connection: keep-alive, X-Own\r\nX-Own: 1\r\nTE: trailers\r\n"));
  CHECK(response.status == 201);
  CHECK(response.has("X-Handler: yes"));
  CHECK(response.has("Set-Cookie: a=1"));
  CHECK(response.has("Set-Cookie: b=2"));
  CHECK_FALSE(response.has("X-Hop: 1"));
  CHECK(response.body == std::string("\0\xff body", 7));

  const http::IncomingRequest request = handler.requests(1).front();
  CHECK(request.head.method == "POST");
  CHECK(request.head.target == "/a/..%2fb?x=1&x=2");
  CHECK(request.body == body);
  const auto& headers = request.head.headers;
  CHECK(std::ranges::count(headers, Header{"X-CaSe", "One"}) == 1);
  CHECK(std::ranges::count(headers, Header{"X-Case", "two"}) == 1);
  CHECK(find_header(headers, "X-Slotflow-Signature") == "t=1,v1=ab");
  CHECK(find_header(headers, "Host") == "127.0.0.1:" + std::to_string(handler.port()));
  CHECK_FALSE(find_header(headers, "X-Own"));
  CHECK_FALSE(find_header(headers, "TE"));
}

TEST_CASE("forward: nothing is added but what the connection needs, and the order stays") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler)});
  send_to(listener.port,
          "POST http://elsewhere/x?y HTTP/1.1\r\nZ: 1\r\nHost: a\r\nA: 2\r\n"
          "Content-Length: 2\r\n\r\n{}");
  const http::IncomingRequest request = handler.requests(1).front();
  CHECK(request.head.target == "/x?y");
  const auto via = find_header(request.head.headers, "Via");
  REQUIRE(via);
  CHECK(via->starts_with("1.1 slotflow-hooks-"));
  const std::vector<Header> expected = {{"Z", "1"},
                                        {"Host", "127.0.0.1:" + std::to_string(handler.port())},
                                        {"A", "2"},
                                        {"Content-Length", "2"},
                                        {"Via", std::string(*via)},
                                        {"Connection", "close"}};
  CHECK(request.head.headers == expected);
}

TEST_CASE("forward: a response that is too large is 502, and not half of it") {
  const Home home;
  LiveServer handler([](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.body.assign(17 * 1024 * 1024, 'x');
    return response;
  });
  Listener listener(home, {"--forward-to", url_of(handler)});
  const RawResponse response = send_to(listener.port, post("{}"));
  CHECK(response.status == 502);
  CHECK(response.body ==
        "the response of the handler behind this receiver cannot be passed on: its body is over 1 "
        "MiB\n");
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  const Json forwarded = listener.program.lines()[1]["forwarded"];
  CHECK(forwarded["status"] == 200);
  CHECK(forwarded["error"] == "bad_response");
  CHECK(forwarded["detail"] == "its body is over 1 MiB");
}

TEST_CASE("forward: a receiver does not forward to itself") {
  const Home home;
  int port = 0;
  {
    const UniqueFd bound = bound_socket("127.0.0.1");
    port = port_of(bound.get());
  }
  Program program(home, {"listen", "--port", std::to_string(port), "--forward-to",
                         "localhost:" + std::to_string(port)});
  CHECK(program.wait() == 2);
  CHECK(program.err.text() ==
        "slotflow-hooks: error: --forward-to: expected the URL of a handler, got this receiver's "
        "own\n");
}

TEST_CASE("forward: other methods go on too, and use up no decision") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler), "--fail-first", "1"});
  CHECK(send_to(listener.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
  CHECK(handler.requests(1).front().head.method == "GET");
  CHECK(send_to(listener.port, post("{}")).status == 500);
}

TEST_CASE("forward: a URL with a path of its own replaces the path, and keeps the query") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler, "/hook")});
  send_to(listener.port, post("{}", "/other"));
  send_to(listener.port, post("{}", "/other?x=1"));
  CHECK(handler.requests(2)[0].head.target == "/hook");
  CHECK(handler.requests(2)[1].head.target == "/hook?x=1");
}

TEST_CASE("forward: a URL with a query of its own keeps it, and that of the request follows") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler, "/hook?key=7")});
  send_to(listener.port, post("{}", "/other"));
  send_to(listener.port, post("{}", "/other?x=1&y=2"));
  send_to(listener.port, post("{}", "/?"));
  CHECK(handler.requests(3)[0].head.target == "/hook?key=7");
  CHECK(handler.requests(3)[1].head.target == "/hook?key=7&x=1&y=2");
  CHECK(handler.requests(3)[2].head.target == "/hook?key=7&");
}

TEST_CASE("forward: a response can get lost behind the handler, and real duplicates are born") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler), "--script", "reset,200"});
  const std::string event = post(booking_event("b1"));
  CHECK(send_to(listener.port, event).status == 0);
  CHECK(send_to(listener.port, event).status == 200);
  CHECK(handler.requests(2).size() == 2);
  listener.program.interrupt();
  listener.program.wait();
  const auto lines = listener.program.lines();
  CHECK(lines[1]["forwarded"]["status"] == 200);
  CHECK(lines[1]["answer"]["fault"] == "reset");
  CHECK(lines[1]["duplicate"] == false);
  CHECK(lines[2]["duplicate"] == true);
}

TEST_CASE("forward: or the request gets lost before it") {
  const Home home;
  LiveServer handler;
  Listener listener(home, {"--forward-to", url_of(handler), "--script", "reset,500,200",
                           "--fault-on", "request"});
  const std::string event = post(booking_event("b1"));
  CHECK(send_to(listener.port, event).status == 0);
  CHECK(send_to(listener.port, event).status == 500);
  CHECK(send_to(listener.port, event).status == 200);
  CHECK(handler.requests(1).size() == 1);
  listener.program.interrupt();
  listener.program.wait();
  const auto lines = listener.program.lines();
  CHECK(lines[1]["forwarded"].is_null());
  CHECK(lines[3]["duplicate"] == false);
}

TEST_CASE("forward: a failing response replaces the handler's") {
  const Home home;
  LiveServer handler(created);
  Listener listener(home, {"--forward-to", url_of(handler), "--fail-first", "1"});
  const RawResponse response = send_to(listener.port, post("{}"));
  CHECK(response.status == 500);
  CHECK(response.body == "simulated failure\n");
  CHECK(handler.requests(1).size() == 1);
}

TEST_CASE("forward: a handler that is down is 502, once") {
  const Home home;
  int port = 0;
  {
    const UniqueFd bound = bound_socket("127.0.0.1");
    port = port_of(bound.get());
  }
  Listener listener(home, {"--forward-to", "http://127.0.0.1:" + std::to_string(port), "--header",
                           "content-type: text/html"});
  const RawResponse response = send_to(listener.port, post(booking_event("b1")));
  CHECK(response.status == 502);
  CHECK(response.has("content-type: text/html"));
  CHECK(response.head.find("Content-Type") == std::string::npos);
  CHECK(response.body == "the handler behind this receiver gave no response: connection_refused\n");
  listener.program.interrupt();
  listener.program.wait();
  const auto lines = listener.program.lines();
  CHECK(lines[1]["answer"]["status"] == 502);
  CHECK(lines[1]["forwarded"]["error"] == "connection_refused");
  CHECK(lines.back()["failed"] == 1);
}

TEST_CASE("forward: a slow handler keeps no other waiting, nor the end") {
  const Home home;
  LiveServer handler([](http::IncomingRequest& request) {
    http::OutgoingResponse response;
    if (request.head.target == "/slow") response.delay = std::chrono::hours(1);
    return response;
  });
  Listener listener(home, {"--forward-to", url_of(handler)});
  RawClient slow(listener.port);
  slow.send(post("{}", "/slow"));
  handler.requests(1);
  CHECK(send_to(listener.port, post("{}", "/quick")).status == 200);
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
}

TEST_CASE("forward: the handler's response is in the JSON, its body cut after 4 KiB") {
  const Home home;
  LiveServer handler(created);
  Listener listener(home, {"--forward-to", url_of(handler), "--count", "1"});
  CHECK(send_to(listener.port, post("{}")).status == 201);
  CHECK(listener.program.wait() == 0);
  const Json response = listener.program.lines()[1]["forwarded"];
  CHECK(names_of(response) == std::vector<std::string>{"status", "headers", "body", "body_base64",
                                                       "body_cut", "error", "detail",
                                                       "duration_ms"});
  CHECK(response["status"] == 201);
  CHECK(response["headers"][0] == Json::array({"X-Handler", "yes"}));
  CHECK(response["body"].is_null());
  CHECK(response["body_base64"] == "AP8gYm9keQ==");
  CHECK(response["body_cut"] == false);

  LiveServer long_winded([](http::IncomingRequest&) {
    http::OutgoingResponse long_response;
    long_response.body.assign(100'000, 'x');
    return long_response;
  });
  Listener other(home, {"--forward-to", url_of(long_winded), "--count", "1"});
  CHECK(send_to(other.port, post("{}")).body == std::string(100'000, 'x'));
  CHECK(other.program.wait() == 0);
  CHECK(other.program.lines()[1]["forwarded"]["body"] == std::string(4096, 'x'));
  CHECK(other.program.lines()[1]["forwarded"]["body_cut"] == true);
}

TEST_CASE("forward: in text, the handler's response is shown if it failed, or with -v") {
  const Home home;
  LiveServer handler([](http::IncomingRequest& request) {
    http::OutgoingResponse response;
    response.status = request.head.target == "/bad" ? 500 : 200;
    response.body = "body of " + request.head.target + "\n";
    return response;
  });
  for (const bool verbose : {false, true}) {
    CAPTURE(verbose);
    std::vector<std::string> args = {"listen",        "--port",  "0", "--forward-to",
                                     url_of(handler), "--count", "2"};
    if (verbose) args.push_back("-v");
    Program program(home, args);
    const std::string ready = program.out.await_line("http://127.0.0.1:");
    const int port = std::stoi(ready.substr(ready.find("127.0.0.1:") + 10));
    CHECK(send_to(port, post("{}", "/bad")).status == 500);
    CHECK(send_to(port, post("{}", "/good")).status == 200);
    CHECK(program.wait() == 0);
    const std::string out = program.out.text();
    CHECK(out.find("    response of the handler: 500") != std::string::npos);
    CHECK(out.find("\n      body of /bad\n") != std::string::npos);
    CHECK((out.find("\n      body of /good\n") != std::string::npos) == verbose);
  }
}

TEST_CASE("forward: listen says which secret the handler needs, and what it means if it has none") {
  const Home home;
  Registry registry(home.store());
  LiveServer handler([](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.status = 401;
    return response;
  });
  Program program(home, {"listen", "--port", "0", "--register", "--forward-to", url_of(handler),
                         "--count", "3"});
  const std::string ready = program.out.await_line("http://127.0.0.1:");
  const int port = std::stoi(ready.substr(ready.find("127.0.0.1:") + 10));
  const auto webhooks = registry.read().webhooks;
  REQUIRE(webhooks.size() == 1);
  const std::string command = "slotflow-hooks secret " + webhooks[0].id;
  CHECK(program.err.text().find("the handler needs the secret that this prints: " + command) !=
        std::string::npos);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const std::string header =
      "X-Slotflow-Signature: " + sign(webhooks[0].signing_secret, now, "{}") + "\r\n";
  CHECK(send_to(port, post("{}")).status == 401);  // unsigned: the handler is right
  CHECK(send_to(port, post("{}", "/", header)).status == 401);
  CHECK(send_to(port, post("{}", "/", header)).status == 401);
  CHECK(program.wait() == 0);
  const std::string out = program.out.text();
  const auto first = out.find("the signature is valid here, but the handler returned 401: it may");
  REQUIRE(first != std::string::npos);
  CHECK(out.find("#2") < first);
  CHECK(out.find(command) != std::string::npos);
  CHECK(out.find("the signature is valid here, but the handler returned 401: see #2") > first);
  CHECK((out + program.err.text()).find(webhooks[0].signing_secret) == std::string::npos);
}
