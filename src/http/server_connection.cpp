#include "http/server_connection.h"

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

namespace slotflow::http {

namespace {

using State = Reader::State;

Limits limits_for(const ServerOptions& options) {
  Limits limits;
  limits.max_line = 8 * 1024;
  limits.max_body = options.max_body;
  return limits;
}

bool is_unfinished(State state) {
  return state == State::head || state == State::body;
}

}  // namespace

ServerConnection::ServerConnection(Server& server, asio::ip::tcp::socket socket)
    : server_(server),
      deadline_(server.loop_),
      stream_(server.loop_, std::move(socket), deadline_, Stream::Input::requests),
      held_(server.memory_, deadline_),
      reader_(Reader::Role::request, limits_for(server.options_)) {
  server_.connections_.insert(this);
}

ServerConnection::~ServerConnection() {
  server_.connections_.erase(this);
  server_.connection_ended_.notify();
}

asio::awaitable<void> ServerConnection::run() {
  bool goes_on = true;
  if (server_.options_.tls) goes_on = co_await start_tls();
  while (goes_on && !server_.stopping_) {
    goes_on = co_await serve_one();
    // A client that has already sent its next request must not keep the others waiting.
    const bool at_once = position_ < unread_.size() || stream_.reads_at_once();
    if (goes_on && at_once) co_await asio::post(server_.loop_.context(), asio::use_awaitable);
  }
  stream_.close();
}

// Returns false if there is no TLS connection.
asio::awaitable<bool> ServerConnection::start_tls() {
  deadline_.set_from_now(server_.options_.request_deadline);
  auto failure = co_await stream_.wait_readable();
  if (failure || !stream_.has_bytes()) co_return false;
  failure = co_await stream_.accept_tls(*server_.options_.tls);
  if (!failure) co_return true;
  if (failure->kind == FailureKind::tls && server_.on_failed_handshake) {
    server_.on_failed_handshake(*failure);
  }
  co_return false;
}

// Returns false if it was the last request of the connection.
asio::awaitable<bool> ServerConnection::serve_one() {
  reader_.start();
  fed_ = 0;
  std::optional<Problem> problem;
  if (!co_await read_request(problem)) co_return false;
  if (problem) co_return co_await refuse(std::move(*problem));
  const Head& head = reader_.head();
  Framing framing;
  framing.method = head.method;
  framing.persistence = !head.keep_alive          ? Persistence::close
                        : head.minor_version == 0 ? Persistence::keep_and_say
                                                  : Persistence::keep;
  framing.complete = steady_now();
  try {
    OutgoingResponse response = co_await ask(framing);
    if (response.dropped) co_return false;
    if (response.delay > Duration(0) && !framing.left) {
      const Presence presence = co_await watch_until(framing.complete + response.delay);
      if (presence != Presence::waits) framing.left = steady_now();
    }
    // Only for a handler that works is it worth keeping half a connection.
    if (response.delay > Duration(0) || response.fault != nullptr) framing.may_still_read = false;
    co_return co_await respond(response, framing);
  } catch (const std::exception&) {
    // For example, out of memory. The handler still learns of the request.
    problem = Problem{500, "the request cannot be handled"};
  }
  co_return co_await refuse(std::move(*problem));
}

// Calls the handler. Passes the request on, so that it is not held during a delay.
asio::awaitable<OutgoingResponse> ServerConnection::ask(Framing& framing) {
  IncomingRequest request;
  request.head = reader_.take_head();
  request.body = reader_.take_body();
  request.complete = framing.complete;
  if (server_.options_.watches_clients) return ask_and_watch(std::move(request), framing);
  return server_.handler_(std::move(request));
}

// Calls the handler beside a watch on the client, which ends with it.
asio::awaitable<OutgoingResponse> ServerConnection::ask_and_watch(IncomingRequest request,
                                                                  Framing& framing) {
  struct Asked {
    std::optional<OutgoingResponse> response;
    std::exception_ptr error;
    bool ended = false;
  };
  Asked asked;
  Condition ended(server_.loop_.context());
  asio::co_spawn(server_.loop_.context(), server_.handler_(std::move(request)),
                 [&](std::exception_ptr error, OutgoingResponse response) {
                   asked.error = std::move(error);
                   asked.response = std::move(response);
                   asked.ended = true;
                   deadline_.set(steady_now());  // ends the watch
                   ended.notify();
                 });
  auto presence = Presence::waits;
  try {
    if (!asked.ended) presence = co_await watch_until(SteadyTime::max());
    if (presence != Presence::waits) framing.left = steady_now();
    framing.may_still_read = presence == Presence::closed_its_side;
  } catch (const std::exception&) {
    framing.left.reset();  // out of memory: the handler still has to end
  }
  while (!asked.ended) co_await ended.wait();
  deadline_.clear();
  if (asked.error) std::rethrow_exception(asked.error);
  co_return std::move(*asked.response);
}

// Returns false if the client closed, or sent nothing for too long, before a request began.
asio::awaitable<bool> ServerConnection::read_request(std::optional<Problem>& problem) {
  deadline_.set_from_now(server_.options_.idle_timeout);
  bool begun = false;
  bool asked = false;  // with 100 (Continue)
  while (is_unfinished(reader_.state())) {
    if (position_ < unread_.size()) {
      position_ += feed(std::string_view(unread_).substr(position_));
    } else {
      forget_unread();
      bool has_room = held_.may_grow(reader_.started());
      if (!has_room) has_room = co_await held_.wait(reader_.started());
      if (!has_room) {
        if (!reader_.started()) co_return false;
        problem = Problem{503, "other requests use all the memory for requests"};
        co_return true;
      }
      const Stream::Read input = co_await stream_.read();
      if (input.bytes.empty()) {
        if (!reader_.started()) co_return false;
        problem = problem_of_end(input.failure);
        co_return true;
      }
      const std::size_t used = feed(input.bytes);
      unread_.assign(input.bytes.substr(used));
      note_held();
    }
    if (!begun && reader_.started()) {
      begun = true;
      deadline_.set_from_now(server_.options_.request_deadline);
    }
    // RFC 9110, section 10.1.1: not if the client has already started to send the body.
    const bool waits = reader_.state() == State::body && reader_.head().expects_continue &&
                       position_ == unread_.size() && fed_of_body_ == 0;
    if (waits && !std::exchange(asked, true)) {
      co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
  }
  if (reader_.state() == State::failed) problem = reader_.problem();
  co_return true;
}

// Returns how many of `bytes` belong to the current request.
std::size_t ServerConnection::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && is_unfinished(reader_.state())) {
    const bool in_body = reader_.state() == State::body;
    const std::size_t count = reader_.feed(bytes.substr(used));
    used += count;
    fed_ += count;
    fed_of_body_ = in_body ? fed_of_body_ + count : 0;
  }
  return used;
}

// Headers take more memory than their bytes.
void ServerConnection::note_held() {
  held_.set(fed_ + reader_.head().headers.size() * sizeof(Header) + unread_.size());
}

void ServerConnection::end_request() {
  fed_ = 0;
  held_.end_request(unread_.size());
}

// Frees the memory of an idle connection.
void ServerConnection::forget_unread() {
  std::string().swap(unread_);
  position_ = 0;
}

// Returns why the request is incomplete.
std::optional<Problem> ServerConnection::problem_of_end(
    const std::optional<Failure>& failure) const {
  if (!failure)
    return Problem{std::nullopt,
                   "the client closed the connection before the request was complete"};
  switch (failure->kind) {
    case FailureKind::timeout:
      return Problem{reader_.has_head() ? std::nullopt : std::optional(408),
                     "the request was not complete in time"};
    case FailureKind::interrupted:
      return Problem{std::nullopt, "the receiver was stopped before the request was complete"};
    case FailureKind::tls:
      return Problem{std::nullopt, "the client violated the TLS protocol"};
    default:
      return Problem{std::nullopt,
                     "the client reset the connection before the request was complete"};
  }
}

asio::awaitable<bool> ServerConnection::refuse(Problem problem) {
  IncomingRequest request{reader_.head(), "", problem, steady_now()};
  const OutgoingResponse response = co_await server_.handler_(std::move(request));
  if (response.dropped) co_return false;
  Ending ending;
  if (problem.status) {
    const std::string text = refusal_text(*problem.status, problem.reason);
    ending.arrived = co_await send(text, "");
  }
  if (response.finished) response.finished(ending);
  end_request();
  if (ending.arrived) co_await linger();
  co_return false;
}

}  // namespace slotflow::http
