// Whatever a client sends: a whole conversation over a socket, and all that is made of a request.
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <sys/socket.h>

#include "domain/event_identity.h"
#include "domain/json.h"
#include "domain/signature.h"
#include "http/server_connection.h"
#include "report/requests.h"
#include "system/unique_fd.h"

using namespace slotflow;

namespace {

http::OutgoingResponse show(http::IncomingRequest& request) {
  ReceivedRequest received;
  received.method = request.head.method;
  received.path = request.head.target;
  received.headers = request.head.headers;
  received.body = request.body;
  if (request.problem) received.malformed = request.problem->reason;
  EventIdentity identity = identity_in(received.body);
  received.event = std::move(identity.event);
  received.booking_id = std::move(identity.booking_id);
  const std::string secrets[] = {"whsec_fuzz"};
  received.signature =
      check_signature(find_header(received.headers, kSignatureHeader), received.body, secrets,
                      from_unix_seconds(1'773'151'500), kSignatureTolerance);
  // What is printed must be what programs can read.
  if (!try_parse_json(json_of(received))) __builtin_trap();
  text_of(received, Style{true});
  http::OutgoingResponse response;
  response.body = received.body;
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Interrupt never;
  static EventLoop loop(never);
  http::ServerOptions options;
  options.port = 0;
  options.max_body = 4096;
  options.idle_timeout = options.request_deadline = std::chrono::seconds(5);
  static http::Server server(
      loop, options, [](http::IncomingRequest request) -> asio::awaitable<http::OutgoingResponse> {
        co_return show(request);
      });
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 0;
  UniqueFd theirs(ends[1]);
  ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
  asio::ip::tcp::socket ours(loop.context(), asio::ip::tcp::v4(), ends[0]);
  ours.non_blocking(true);
  [[maybe_unused]] const auto sent = ::send(theirs.get(), data, size, MSG_NOSIGNAL);
  ::shutdown(theirs.get(), SHUT_WR);
  http::ServerConnection connection(server, std::move(ours));
  loop.run(connection.run());
  return 0;
}
