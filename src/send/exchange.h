// A request and its response on a connection.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <asio/awaitable.hpp>

#include "domain/delivery.h"
#include "http/reader.h"
#include "net/condition.h"
#include "net/stream.h"
#include "net/turn_end.h"

namespace slotflow {

// Exchanges a request for a response on a connection, one after the other. The stream's deadline
// ends each. All arguments must outlive this object. Not thread-safe.
class Exchange {
 public:
  Exchange(EventLoop& loop, Stream& stream);

  // Sends `request`, which must live until the end, but for its first `sent` bytes, which were sent
  // before, and reads the response. Returns the failure, or nullopt; then take_response() returns
  // the response. If the endpoint responds before it has read the whole request, the rest is not
  // sent.
  asio::awaitable<std::optional<Failure>> run(const Request& request, bool keep_alive,
                                              std::size_t sent);
  Response take_response();

  // After run(): returns whether another exchange may follow on the connection.
  bool reusable() const;
  // After run(): returns how long the request waited for the end of the loop's turn, to be written.
  std::chrono::steady_clock::duration write_delay() const { return write_delay_; }

 private:
  asio::awaitable<std::optional<Failure>> write_before_read();
  void write_at_turn_end();
  asio::awaitable<std::optional<Failure>> write_and_read();
  asio::awaitable<std::optional<Failure>> write();
  void start_writing();
  asio::awaitable<void> stop_writing();
  asio::awaitable<std::optional<Failure>> read();
  bool has_enough() const;
  bool has_begun() const;
  Failure explain_end() const;
  Failure described(Failure failure) const;

  EventLoop& loop_;
  Stream& stream_;
  const Request* request_ = nullptr;
  bool keep_alive_ = false;
  std::string head_;  // and the body, if both are small
  Body body_;         // as it is sent
  std::size_t sent_ = 0;
  TurnEnd turn_end_;
  SteadyTime ready_at_;  // to be written
  std::chrono::steady_clock::duration write_delay_{0};
  http::Reader reader_;
  bool may_be_alert_;             // of TLS, so far
  std::string held_back_;         // the first bytes, until that is known
  bool more_than_asked_ = false;  // there were bytes after the response
  bool all_written_ = false;
  bool leaves_at_turn_end_ = false;  // the request, if it has not left yet
  bool writing_ = false;             // in its own coroutine
  std::exception_ptr write_error_;
  std::optional<Condition> written_;
};

}  // namespace slotflow
