// A reader that has read another message before, to whatever point, reads as a new one.
#include <doctest/doctest.h>

#include "support/enum_words.h"
#include "unit/http/pieces.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

void feed_all(http::Reader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t count = reader.feed(bytes);
    if (count == 0) return;
    bytes.remove_prefix(count);
  }
}

void check_reuse(http::Role role, const std::vector<std::string>& messages) {
  http::Limits limits;
  limits.max_body = 8;
  limits.max_trailers = 32;
  limits.max_head = 60;  // most of them alone are over half of it
  limits.max_headers = 2;
  for (const std::string& before : messages) {
    for (const std::string& message : messages) {
      CAPTURE(before);
      CAPTURE(message);
      http::Reader fresh(role, limits);
      feed_all(fresh, message);
      http::Reader used(role, limits);
      used.start("HEAD");
      feed_all(used, before);
      used.start();
      feed_all(used, before);
      used.start();
      CHECK_FALSE(used.started());
      CHECK_FALSE(used.has_head());
      CHECK(used.problem() == http::Problem{});
      feed_all(used, message);
      CHECK(used.state() == fresh.state());
      CHECK(used.has_head() == fresh.has_head());
      CHECK(used.head() == fresh.head());
      CHECK(used.body() == fresh.body());
      CHECK(used.body_cut() == fresh.body_cut());
      CHECK(used.problem() == fresh.problem());
    }
  }
}

}  // namespace

TEST_CASE("http: a reader of requests can be reused") {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  check_reuse(http::Role::request,
              {"\r", std::string(6'000, '\n'), "G", "GET /\r\n", head + "A",
               head + "Connection: close\r\n\r\n", head + "Content-Length: 9\r\n\r\n",
               head + "Content-Length: 4\r\n\r\nbo", head + "Content-Length: 4\r\n\r\nbody",
               chunked + "1", chunked + "1\r\na\r", chunked + "1\r\naX",
               chunked + "0\r\nA: " + std::string(20, 'b') + "\r\n\r\n"});
}

TEST_CASE("http: a reader of responses can be reused") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  check_reuse(http::Role::response,
              {"HT", "SSH", "HTTP/1.1 100 Continue\r\n\r\n",
               "HTTP/1.1 102 Processing\r\nA: 1\r\n\r\n" + head + "B: 2\r\nC: 3\r\n\r\n",
               head + "A: b\r\n c", head + "Content-Length: 4\r\n\r\nbody",
               head + "Content-Length: 9\r\n\r\n123456789", head + "\r\nbody",
               "HTTP/1.0 204\r\n\r\n", chunked + "1;", chunked + "1\r\na\r", chunked + "1\r\naX",
               chunked + "0\r\nA: " + std::string(20, 'b') + "\r\n\r\n"});
}

TEST_CASE("http: the method of the first request may be given to a new reader") {
  http::Reader fresh(http::Role::response, {}, "HEAD");
  feed_all(fresh, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  CHECK(fresh.state() == http::Reader::State::complete);
  fresh.start("POST");
  feed_all(fresh, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  CHECK(fresh.state() == http::Reader::State::body);
}
