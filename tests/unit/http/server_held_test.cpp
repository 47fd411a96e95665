// A server that holds as many bytes of requests as it may.
#include <doctest/doctest.h>

#include "support/live_server.h"
#include "support/raw_client.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE(
    "server: a connection without a request is closed without a word while there is no room") {
  http::ServerOptions options;
  options.max_held = 100;
  options.idle_timeout = Duration(50);
  LiveServer server(
      [](http::IncomingRequest& request) {
        http::Answer answer = echo(request);
        answer.delay = std::chrono::hours(1);
        return answer;
      },
      options);
  RawClient waiting(server.port());
  waiting.send(post(std::string(200, 'x')));
  server.requests(1);
  RawClient silent(server.port());
  CHECK(silent.read_to_end() == "");
  server.stop();
  CHECK(server.requests().size() == 1);
}
