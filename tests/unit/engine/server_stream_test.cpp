#include "engine/server_stream.h"

#include <doctest/doctest.h>

#include "support/sockets.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// A stream, and the other end of its connection.
struct Served {
  Served() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    ours = UniqueFd(ends[0]);
    theirs = UniqueFd(ends[1]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    stream.emplace(ours.get(), stopping);
  }
  // A stream that has all of `bytes` and then the end, its head already read.
  explicit Served(const std::string& body) : Served() {
    send_all(theirs.get(), "POST / HTTP/1.1\r\n\r\n" + body);
    theirs = UniqueFd();
    REQUIRE(std::holds_alternative<HttpHead>(stream->read_head(std::chrono::minutes(1))));
  }

  UniqueFd ours, theirs;
  Interrupt stopping;
  std::optional<ServerStream> stream;
};

std::string text_of(const std::optional<HttpProblem>& problem) {
  if (!problem) return "good";
  return (problem->status ? std::to_string(*problem->status) : "drop") + " " + problem->reason;
}

std::string head_text(Served& served, Duration deadline = std::chrono::minutes(1)) {
  const auto head = served.stream->read_head(deadline);
  const auto* good = std::get_if<HttpHead>(&head);
  return good != nullptr ? good->method + " " + good->target : text_of(std::get<1>(head));
}

std::optional<HttpProblem> read_chunks(ServerStream& stream, std::string& body) {
  HttpHead head;
  head.chunked = true;
  return stream.read_body(head, 10, body);
}

std::string text_received(int fd) {
  std::string text;
  char bytes[256];
  for (ssize_t count = 0; (count = ::recv(fd, bytes, sizeof bytes, 0)) > 0;) {
    text.append(bytes, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

TEST_CASE("server_stream: heads and what follows them") {
  Served served;
  send_all(served.theirs.get(), "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nrest");
  served.theirs = UniqueFd();
  CHECK(served.stream->wait_for_request(std::chrono::minutes(1)));
  CHECK(head_text(served) == "GET /1");
  CHECK(served.stream->wait_for_request(std::chrono::minutes(1)));
  CHECK(head_text(served) == "GET /2");
  served.stream->unread("before the ");
  HttpHead head;
  head.content_length = 15;
  std::string body;
  CHECK(text_of(served.stream->read_body(head, 15, body)) == "good");
  CHECK(body == "before the rest");
  CHECK_FALSE(served.stream->wait_for_request(std::chrono::minutes(1)));
}

TEST_CASE("server_stream: how a head can fail to come") {
  Served leaves;
  send_all(leaves.theirs.get(), "GET /");
  leaves.theirs = UniqueFd();
  CHECK(head_text(leaves) == "drop the client closed the connection half way");
  Served slow;
  send_all(slow.theirs.get(), "GET /");
  CHECK(head_text(slow, Duration(5)) == "408 the request was not complete in time");
  Served stopped;
  stopped.stopping.trigger();
  CHECK(head_text(stopped) == "drop the receiver was stopped half way");
}

TEST_CASE("server_stream: TLS on a plain connection is told at once") {
  Served served;
  send_all(served.theirs.get(), "\x16\x03\x01 and no line's end");
  CHECK(head_text(served) == "drop this is TLS, and plain HTTP is spoken here");
}

TEST_CASE("server_stream: sending says whether it could") {
  Served served;
  CHECK(served.stream->send("one two"));
  char bytes[16] = "";
  CHECK(::recv(served.theirs.get(), bytes, sizeof bytes, 0) == 7);
  CHECK(std::string(bytes, 7) == "one two");
  served.theirs = UniqueFd();
  CHECK_FALSE(served.stream->send("three"));
}

TEST_CASE("server_stream: a plan that keeps the connection, and one that closes it") {
  Served served;
  CHECK(served.stream->play({"slowly", WirePlan::End::keep, Duration(5)}));
  ::shutdown(served.theirs.get(), SHUT_WR);
  CHECK(served.stream->play({" and done", WirePlan::End::close}));
  CHECK(text_received(served.theirs.get()) == "slowly and done");
}

TEST_CASE("server_stream: a plan that holds ends when the client leaves, or the server stops") {
  Served left;
  send_all(left.theirs.get(), "more that nobody reads");
  left.theirs = UniqueFd();
  left.stream->play({"", WirePlan::End::hold});
  Served stopped;
  stopped.stopping.trigger();
  stopped.stream->play({"", WirePlan::End::hold});
}

TEST_CASE("server_stream: linger() ends the sending side, and takes what still comes") {
  Served served;
  send_all(served.theirs.get(), std::string(1000, 'x'));
  ::shutdown(served.theirs.get(), SHUT_WR);
  served.stream->linger();
  char byte = 0;
  CHECK(::recv(served.theirs.get(), &byte, 1, 0) == 0);
  CHECK(::recv(served.ours.get(), &byte, 1, 0) == 0);  // all has been taken
}

TEST_CASE("server_stream: chunked bodies") {
  struct Row {
    std::string chunks, verdict, body;
  };
  const std::string broken = "400 the chunked body breaks HTTP's rules";
  const std::string left = "drop the client closed the connection half way";
  const Row rows[] = {
      {"0\r\n\r\n", "good", ""},
      {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "good", "abcde"},
      {"0A\r\n0123456789\r\n00\r\n\r\n", "good", "0123456789"},
      {"2 ; a=\"b\"\r\n\r\n\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n", "good", "\r\n"},
      {"a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", "413 the body is over 10 bytes", "0123456789"},
      {"ffffffffffffffff\r\n", "413 the body is over 10 bytes", ""},
      {"10000000000000000\r\n", broken, ""},
      {"\r\n", broken, ""},
      {"x\r\n", broken, ""},
      {"-1\r\n", broken, ""},
      {"+1\r\na\r\n0\r\n\r\n", broken, ""},
      {"0x1\r\na\r\n0\r\n\r\n", broken, ""},
      {"1\na\r\n0\r\n\r\n", broken, ""},
      {"1\r\na\n0\r\n\r\n", broken, "a"},
      {"1\r\nab\r\n0\r\n\r\n", broken, "a"},
      {"0\r\n\n", broken, ""},
      {"", left, ""},
      {"3\r\nab", left, "ab"},
      {"3\r\nabc", left, "abc"},
      {"3\r\nabc\r\n0\r\n", left, "abc"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.chunks);
    Served served(row.chunks);
    std::string body;
    CHECK(text_of(read_chunks(*served.stream, body)) == row.verdict);
    CHECK(body == row.body);
  }
}

TEST_CASE("server_stream: after a chunked body comes the next request") {
  Served served("1\r\nx\r\n0\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
  std::string body;
  CHECK(text_of(read_chunks(*served.stream, body)) == "good");
  CHECK(head_text(served) == "GET /next");
}
