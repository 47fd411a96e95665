#include "inspector/safety.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

WebRequest request_with(std::vector<Header> headers) {
  WebRequest request;
  request.method = "GET";
  request.target = "/";
  request.headers = std::move(headers);
  return request;
}

int status_for(std::vector<Header> headers, const std::string& listening = "127.0.0.1") {
  const auto refused = refusal(request_with(std::move(headers)), {listening, "token"});
  return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("safety: only this machine's names and addresses are own hosts") {
  for (const char* host : {"127.0.0.1:4243", "localhost:4243", "LOCALHOST", "[::1]:4243", "[::1]",
                           "a.localhost:1", "127.9.9.9"}) {
    CAPTURE(host);
    CHECK(status_for({{"Host", host}}) == 200);
  }
  for (const char* host : {"evil.example:4243", "localhost.evil.example", "127.0.0.1.evil.example",
                           "evil.example", "", "192.168.0.7:4243", "[fe80::1]:4243",
                           "localhost@evil", "::1", "127.0.0.1:4243:1", "[::1].evil.example"}) {
    CAPTURE(host);
    CHECK(status_for({{"Host", host}}) == 403);
  }
  CHECK(status_for({}) == 400);
  CHECK(status_for({{"Host", "localhost"}, {"Host", "evil.example"}}) == 400);
}

TEST_CASE("safety: with another address to listen on, addresses and its own name are own hosts") {
  for (const char* host : {"192.168.0.7:4243", "[fe80::1]:4243", "127.0.0.1:4243"}) {
    CAPTURE(host);
    CHECK(status_for({{"Host", host}}, "0.0.0.0") == 200);
  }
  CHECK(status_for({{"Host", "box.lan:4243"}}, "box.lan") == 200);
  CHECK(status_for({{"Host", "evil.example:4243"}}, "0.0.0.0") == 403);
  CHECK(status_for({{"Host", "evil.example:4243"}}, "box.lan") == 403);
}

TEST_CASE("safety: another origin is refused, whatever it asks for") {
  const Header host{"Host", "localhost:4243"};
  CHECK(status_for({host, {"Origin", "http://localhost:4243"}}) == 200);
  for (const char* origin : {"http://localhost:3000", "http://127.0.0.1:4243", "null", "",
                             "https://localhost:4243", "http://localhost:4243.evil.example"}) {
    CAPTURE(origin);
    CHECK(status_for({host, {"Origin", origin}}) == 403);
  }
  CHECK(status_for({host, {"Sec-Fetch-Site", "same-origin"}}) == 200);
  CHECK(status_for({host, {"Sec-Fetch-Site", "none"}}) == 200);
  CHECK(status_for({host, {"Sec-Fetch-Site", "same-site"}}) == 403);
  CHECK(status_for({host, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}) == 403);
  // A link to the page may be followed, but not into a frame.
  CHECK(status_for({host,
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Mode", "navigate"},
                    {"Sec-Fetch-Dest", "document"}}) == 200);
  CHECK(status_for({host,
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Mode", "navigate"},
                    {"Sec-Fetch-Dest", "iframe"}}) == 403);
}

TEST_CASE("safety: the token is compared whole") {
  const InspectorSafety safety{"127.0.0.1", "token"};
  CHECK(has_token(request_with({{"x-inspector-token", "token"}}), safety));
  for (const char* token : {"", "toke", "tokens", "TOKEN"}) {
    CAPTURE(token);
    CHECK(!has_token(request_with({{"X-Inspector-Token", token}}), safety));
  }
  CHECK(!has_token(request_with({}), safety));
}

TEST_CASE("safety: what is no page may load nothing") {
  CHECK(safe_headers()[0].value ==
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  CHECK(safe_headers("sha256-a", "sha256-b")[0].value ==
        "default-src 'none'; script-src 'sha256-a'; style-src 'sha256-b'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}
