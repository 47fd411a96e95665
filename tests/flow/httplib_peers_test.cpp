// An ordinary HTTP library as the handler and as the sender: cpp-httplib's Server and Client.
#include <cstring>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/httplib_handler.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::vector<Json> fire_at(const Home& home, const std::string& url,
                          std::vector<std::string> more = {}) {
  std::vector<std::string> args = {"fire", "confirmed", "--json", "--no-retry", "--to", url};
  args.insert(args.end(), more.begin(), more.end());
  Program fire(home, args);
  fire.wait();
  return fire.lines();
}

}  // namespace

TEST_CASE("httplib: its server takes what fire sends, and fire what it sends back") {
  const Home home;
  HttplibHandler handler;
  for (const int status : {200, 201, 202, 204, 301, 302, 307, 400, 401, 404,
                           409, 410, 413, 418, 422, 429, 500, 502, 503, 599}) {
    CAPTURE(status);
    const auto lines = fire_at(home, handler.url("/" + std::to_string(status)));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0]["status"] == status);
    CHECK(lines[0]["error"].is_null());
    CHECK(lines[0]["outcome"] == (status / 100 == 2 ? "delivered" : "failed"));
  }
  const Got request = handler.requests().front();
  CHECK(request.method == "POST");
  CHECK(request.path == "/200");
  const auto body = try_parse_json(request.body);
  REQUIRE(body);
  CHECK(body->at("event") == "booking.confirmed");
  CHECK(values_of(request.headers, "Content-Type") == std::vector<std::string>{"application/json"});
  CHECK(values_of(request.headers, "Content-Length") ==
        std::vector<std::string>{std::to_string(request.body.size())});
}

TEST_CASE("httplib: bodies of every framing come from its server") {
  const Home home;
  HttplibHandler handler;
  const std::pair<std::string, std::string> rows[] = {
      {"/chunked", "one two three"},
      {"/until-close", "until the end"},
      {"/large", std::string(4096, 'x')},
  };
  for (const auto& [path, body] : rows) {
    CAPTURE(path);
    const auto lines = fire_at(home, handler.url(path), {"--secret", "whsec_x"});
    CHECK(lines[0]["status"] == 200);
    CHECK(lines[0]["response_body"] == body);
  }
  CHECK(values_of(handler.requests().front().headers, "X-Slotflow-Signature").size() == 1);
}

TEST_CASE("httplib: its client sends many requests over one connection to listen") {
  const Home home;
  Listener listener(home, {"--fail-first", "1"});
  httplib::Client client("127.0.0.1", listener.port);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  int first_socket = -1;
  for (int i = 0; i < 20; ++i) {
    CAPTURE(i);
    const auto result = client.Post(
        "/hook?n=" + std::to_string(i), httplib::Headers{{"X-Case", "%41"}},
        "{\"event\":\"booking.confirmed\",\"data\":{\"id\":\"b" + std::to_string(i) + "\"}}",
        "application/json");
    REQUIRE(result);
    CHECK(result->status == (i == 0 ? 500 : 200));
    CHECK(result->body == (i == 0 ? "simulated failure\n" : "{\"received\":true}\n"));
    REQUIRE(client.is_socket_open() == 1);
    if (i == 0) first_socket = static_cast<int>(client.socket());
    CHECK(static_cast<int>(client.socket()) == first_socket);
  }
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 22);
  CHECK(lines[20]["path"] == "/hook?n=19");
  CHECK(lines[20]["booking_id"] == "b19");
  CHECK(lines.back()["accepted"] == 19);
}

TEST_CASE("httplib: its client understands every refusal, and what has no body") {
  const Home home;
  Listener listener(home, {"--path", "/hook"});
  httplib::Client client("127.0.0.1", listener.port);
  client.set_keep_alive(true);
  const auto get = client.Get("/hook");
  REQUIRE(get);
  CHECK(get->status == 405);
  CHECK(get->get_header_value("Allow") == "POST");
  const auto head = client.Head("/hook");
  REQUIRE(head);
  CHECK(head->status == 405);
  CHECK(head->body.empty());
  const auto wrong_path = client.Post("/other", "{}", "application/json");
  REQUIRE(wrong_path);
  CHECK(wrong_path->status == 404);
  const auto large = client.Post("/hook", std::string(2'000'000, 'x'), "text/plain");
  REQUIRE(large);
  CHECK(large->status == 413);
  const auto after = client.Post("/hook", "{}", "application/json");
  REQUIRE(after);
  CHECK(after->status == 200);
}

TEST_CASE("httplib: its client's chunks, forms and 100-continue are taken") {
  const Home home;
  Listener listener(home, {});
  httplib::Client client("127.0.0.1", listener.port);
  const auto chunked = client.Post(
      "/",
      [](std::size_t, httplib::DataSink& sink) {
        for (const char* part : {"{\"a\"", ":1}"}) sink.write(part, std::strlen(part));
        sink.done();
        return true;
      },
      "application/json");
  REQUIRE(chunked);
  CHECK(chunked->status == 200);
  const auto form = client.Post("/", httplib::Params{{"a", "1 2"}, {"b", "&"}});
  REQUIRE(form);
  const auto expecting =
      client.Post("/", httplib::Headers{{"Expect", "100-continue"}}, "{}", "application/json");
  REQUIRE(expecting);
  CHECK(expecting->status == 200);
  listener.program.interrupt();
  listener.program.wait();
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 5);
  CHECK(lines[1]["body"] == "{\"a\":1}");
  CHECK(lines[2]["body"] == "a=1%202&b=%26");
  CHECK(lines[3]["body"] == "{}");
}

TEST_CASE("httplib: between its client and its server listen changes nothing they can see") {
  const Home home;
  HttplibHandler handler;
  Listener listener(home, {"--forward-to", handler.url()});
  httplib::Client client("127.0.0.1", listener.port);
  client.set_keep_alive(true);
  const std::string bytes("\0\r\n\xff{}", 6);
  for (const auto& path :
       {"/200", "/204", "/302?q=%2F", "/404", "/503", "/chunked", "/until-close", "/large"}) {
    CAPTURE(path);
    httplib::Client direct(handler.url());
    const httplib::Headers headers = {{"X-A", "%0D%0A"}, {"X-B", "1"}, {"X-B", "2"}};
    const auto through = client.Post(path, headers, bytes, "application/octet-stream");
    const auto expected = direct.Post(path, headers, bytes, "application/octet-stream");
    REQUIRE(through);
    REQUIRE(expected);
    CHECK(through->status == expected->status);
    CHECK(through->reason == expected->reason);
    CHECK(through->body == expected->body);
    for (const auto& name : {"X-Handler", "Set-Cookie", "Location", "Content-Type"}) {
      CAPTURE(name);
      CHECK(values_of(through->headers, name) == values_of(expected->headers, name));
    }
    const auto requests = handler.requests();
    const Got& one = requests[requests.size() - 2];
    CHECK(one.method == "POST");
    CHECK(one.path == requests.back().path);
    CHECK(one.body == bytes);
    for (const auto& name : {"X-A", "X-B", "Content-Type", "Content-Length", "User-Agent"}) {
      CAPTURE(name);
      CHECK(values_of(one.headers, name) == values_of(requests.back().headers, name));
    }
    CHECK(values_of(one.headers, "Via").size() == 1);
    CHECK(values_of(one.headers, "Host") ==
          std::vector<std::string>{handler.url().substr(std::strlen("http://"))});
  }
}

TEST_CASE("httplib: other methods go through to its server") {
  const Home home;
  HttplibHandler handler;
  Listener listener(home, {"--forward-to", handler.url()});
  httplib::Client client("127.0.0.1", listener.port);
  client.set_keep_alive(true);
  CHECK(client.Get("/a?b=c")->body == "got\xff it");
  CHECK(client.Put("/a", "{}", "application/json")->status == 200);
  CHECK(client.Patch("/a", "{}", "application/json")->status == 200);
  CHECK(client.Delete("/404")->status == 404);
  CHECK(client.Options("*")->status == 200);
  // Since 0.18.2 the client asks for compression, which would change the length.
  const auto head = client.Head("/200", httplib::Headers{{"Accept-Encoding", "identity"}});
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->get_header_value("Content-Length") == "7");
  std::vector<std::string> methods;
  for (const Got& request : handler.requests()) methods.push_back(request.method);
  CHECK(methods == std::vector<std::string>{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"});
}

TEST_CASE("httplib: fire reaches its server through listen") {
  const Home home;
  HttplibHandler handler;
  Listener listener(home, {"--forward-to", handler.url("/500"), "--count", "1"});
  const auto lines = fire_at(home, listener.url);
  CHECK(lines[0]["status"] == 500);
  CHECK(listener.program.wait() == 0);
  CHECK(listener.program.lines()[1]["forwarded"]["status"] == 500);
}

TEST_CASE("httplib: its client trusts the certificate that listen made") {
  const Home home;
  const TempDir dir;
  Listener listener(home, {"--tls", "--tls-cert-out", dir.file("c.pem")});
  httplib::Client client("https://localhost:" + std::to_string(listener.port));
  client.set_ca_cert_path(dir.file("c.pem").c_str());
  client.enable_server_certificate_verification(true);
  client.set_keep_alive(true);
  for (int i = 0; i < 3; ++i) {
    const auto result = client.Post("/", "{}", "application/json");
    REQUIRE(result);
    CHECK(result->status == 200);
    CHECK(client.is_socket_open() == 1);
  }
}

TEST_CASE("httplib: a client that gives up is told to have done so") {
  const Home home;
  Listener listener(home, {"--delay", "1h", "--count", "1"});
  httplib::Client client("127.0.0.1", listener.port);
  client.set_read_timeout(std::chrono::milliseconds(100));
  CHECK_FALSE(client.Post("/", "{}", "application/json"));
  client.stop();
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  CHECK(lines[1]["answer"]["status"].is_null());
  CHECK(lines[1]["answer"]["given_up_after_ms"].is_number());
}
