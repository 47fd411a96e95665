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

namespace slotflow {

// The stream's deadline ends it. `sent` bytes of the request were sent before. All arguments must
// outlive this object. Not thread-safe.
class Exchange {
 public:
  Exchange(EventLoop& loop, Stream& stream, const Request& request, bool keep_alive,
           std::size_t sent = 0);

  // Sends the request and reads the response. Returns the failure, or nullopt; then take_response()
  // returns the response. If the endpoint responds before it has read the whole request, the rest
  // is not sent.
  asio::awaitable<std::optional<Failure>> run();
  Response take_response();

  // After run(): returns whether another exchange may follow on the connection.
  bool reusable() const;

 private:
  asio::awaitable<std::optional<Failure>> write_rest_and_read(std::size_t written);
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
  const Request& request_;
  bool keep_alive_;
  std::size_t sent_;
  std::string head_;  // and the body, if both are small
  Body body_;         // as it is sent
  http::Reader reader_;
  bool may_be_alert_;             // of TLS, so far
  std::string held_back_;         // the first bytes, until that is known
  bool more_than_asked_ = false;  // there were bytes after the response
  bool all_written_ = true;
  bool writing_ = false;  // in its own coroutine
  std::exception_ptr write_error_;
  std::optional<Condition> written_;
};

}  // namespace slotflow
