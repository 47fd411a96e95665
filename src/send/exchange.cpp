#include "send/exchange.h"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>

#include "http/writer.h"

namespace slotflow {

namespace {

// Sockets buffer this much, so there is no need to read while writing.
constexpr std::size_t kSmallRequest = 16 * 1024;  // bytes
// How the alert of a TLS server begins that has got plain HTTP (RFC 8446, section 5.1).
constexpr std::string_view kAlert = "\x15\x03";

}  // namespace

Exchange::Exchange(EventLoop& loop, Stream& stream)
    : loop_(loop),
      stream_(stream),
      turn_end_(loop, [this] { write_at_turn_end(); }),
      reader_(http::Reader::Role::response),
      may_be_alert_(!stream.is_tls()) {}

// A small request over plain TCP needs no coroutine besides the one that reads.
asio::awaitable<std::optional<Failure>> Exchange::run(const Request& request, bool keep_alive,
                                                      std::size_t sent) {
  turn_end_.cancel();  // an error may have left it
  request_ = &request;
  keep_alive_ = keep_alive;
  sent_ = sent;
  http::write_request_head(head_, request, keep_alive);
  body_ = http::framed_body(request);
  reader_.set_max_body(request.max_response_body);
  reader_.start(request.method);
  more_than_asked_ = all_written_ = leaves_at_turn_end_ = false;
  write_delay_ = {};
  if (head_.size() + body_.size() > kSmallRequest || sent > 0) return write_and_read();
  head_ += body_.str();
  body_ = {};
  if (stream_.is_tls()) return write_before_read();
  ready_at_ = steady_now();
  leaves_at_turn_end_ = true;
  auto reading = read();  // before: if there is no memory for it, nothing must be written
  turn_end_.request();
  return reading;
}

asio::awaitable<std::optional<Failure>> Exchange::write_before_read() {
  auto failure = co_await stream_.write(head_);
  if (failure) co_return described(std::move(*failure));
  all_written_ = true;
  co_return co_await read();
}

void Exchange::write_at_turn_end() {
  if (stream_.is_over()) return;
  write_delay_ = steady_now() - ready_at_;
  sent_ = stream_.write_at_once(head_);
  all_written_ = sent_ == head_.size();
}

// Reads while it writes.
asio::awaitable<std::optional<Failure>> Exchange::write_and_read() {
  start_writing();
  std::exception_ptr error;
  std::optional<Failure> failure;
  try {
    failure = co_await read();
  } catch (...) {
    error = std::current_exception();
  }
  all_written_ = !writing_;
  if (writing_) co_await stop_writing();
  if (!error) error = write_error_;
  body_ = {};
  if (error) std::rethrow_exception(error);
  co_return failure;
}

bool Exchange::reusable() const {
  return keep_alive_ && all_written_ && !stream_.write_refused() &&
         reader_.state() == http::Reader::State::complete && reader_.head().keep_alive &&
         !more_than_asked_;
}

asio::awaitable<std::optional<Failure>> Exchange::write() {
  const std::string_view head = head_;
  const std::string_view body = body_;
  const std::size_t of_head = std::min(sent_, head.size());
  const std::size_t of_body = std::min(sent_ - of_head, body.size());
  return stream_.write(head.substr(of_head), body.substr(of_body));
}

void Exchange::start_writing() {
  writing_ = true;
  written_.emplace(loop_.context());
  asio::co_spawn(
      loop_.context(), write(),
      [this](const std::exception_ptr& error, const std::optional<Failure>& /*failure*/) {
        writing_ = false;
        write_error_ = error;
        written_->notify();
      });
}

asio::awaitable<void> Exchange::stop_writing() {
  stream_.stop_writing();
  while (writing_) co_await written_->wait();
}

// Reads until the response is complete, or enough of it. A request that leaves at the end of the
// turn is waited for, with all others: a read before would find nothing, and cost a system call.
asio::awaitable<std::optional<Failure>> Exchange::read() {
  using State = http::Reader::State;
  if (std::exchange(leaves_at_turn_end_, false)) {
    if (turn_end_.is_requested()) co_await turn_end_.wait();
    if (!all_written_) co_return co_await write_and_read();
  }
  while (reader_.state() != State::complete && !has_enough()) {
    Stream::Read input = co_await stream_.read();
    if (input.failure) co_return described(std::move(*input.failure));
    const bool ended = input.bytes.empty();
    std::string_view bytes = input.bytes;
    if (may_be_alert_) {
      if (!held_back_.empty()) {
        held_back_ += bytes;
        bytes = held_back_;
      }
      if (bytes.starts_with(kAlert)) {
        co_return Failure{.kind = FailureKind::bad_response,
                          .detail = "the server speaks TLS at this port, not plain HTTP",
                          .stage = Stage::head,
                          .cause = FailureCause::needs_tls};
      }
      if (!ended && kAlert.starts_with(bytes)) {
        held_back_ = bytes;
        continue;
      }
      may_be_alert_ = false;
    }
    while (!bytes.empty() && reader_.state() != State::complete) {
      bytes.remove_prefix(reader_.feed(bytes));
      if (reader_.state() == State::failed) {
        co_return described({FailureKind::bad_response, reader_.problem().reason});
      }
    }
    if (ended) {
      reader_.end_of_input();
      if (reader_.state() != State::complete) co_return explain_end();
      break;
    }
    more_than_asked_ = !bytes.empty();
  }
  co_return std::nullopt;
}

// Returns whether a byte of the response has arrived.
bool Exchange::has_begun() const {
  return reader_.started() || !held_back_.empty();
}

bool Exchange::has_enough() const {
  return reader_.body_cut() && !request_->whole_response;
}

Failure Exchange::explain_end() const {
  if (!has_begun()) return {FailureKind::connection_closed, "closed without a response"};
  return described({FailureKind::connection_closed, ""});
}

// Adds how much of the response had arrived.
Failure Exchange::described(Failure failure) const {
  failure.stage = reader_.has_head() ? Stage::body : has_begun() ? Stage::head : Stage::request;
  if (!failure.detail.empty()) return failure;
  if (reader_.has_head()) {
    failure.detail =
        "responded with " + std::to_string(reader_.head().status) + ", but the body never ended";
  } else if (has_begun()) {
    failure.detail = "in the middle of the response headers";
  }
  return failure;
}

Response Exchange::take_response() {
  Response response;
  response.cut = reader_.body_cut();
  response.body = reader_.take_body();
  http::Head head = reader_.take_head();
  response.status = head.status;
  response.reason = std::move(head.reason);
  response.minor_version = head.minor_version;
  response.followed = more_than_asked_;
  response.headers = std::move(head.headers);
  return response;
}

}  // namespace slotflow
