// Reads HTTP/1.1 requests and responses from the bytes of a connection (RFC 9112).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/body_decoder.h"
#include "http/head.h"
#include "http/head_parser.h"
#include "http/parsing.h"

namespace slotflow::http {

// Does no I/O: the caller feeds it bytes as they arrive. Takes linear time and gives the same
// result however the bytes are split. Memory is bounded by max_head and max_body. Not thread-safe.
class Reader {
 public:
  using Role = http::Role;
  enum class State {
    head,      // the header section is not complete
    body,      // head() is complete, the body is not
    complete,  // the message is complete
    failed,    // the message is rejected; problem() is the reason
  };

  // Reads the first message as after start(method).
  explicit Reader(Role role, const Limits& limits = {}, std::string_view method = "");
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Starts the next message. For a response, `method` is the method of its request: a response to
  // HEAD has no body.
  void start(std::string_view method = "");
  // Call it only between two messages, before start().
  void set_max_body(std::size_t bytes) { limits_.max_body = bytes; }

  // Consumes bytes from the start of `bytes` and returns how many. Stops at the end of the header
  // section (state body or complete), at the end of the message (state complete) and on failure. In
  // state body, call it again with the rest.
  // Ignores empty lines before a request, up to 8 KiB (RFC 9112, section 2.2).
  // Skips interim responses (1xx except 101, RFC 9110, section 15.2).
  std::size_t feed(std::string_view bytes);

  // Call this when the peer has closed its side in order. Completes a response whose body ends with
  // the connection. Changes nothing else: the caller decides what the end means.
  void end_of_input();

  State state() const { return state_; }
  // Returns whether a byte of the message has arrived. Empty lines before a request and interim
  // responses do not count.
  bool started() const { return state_ != State::head || parser_.started(); }
  // Returns whether head() is complete: in the states body and complete, and after a failure within
  // the body (413 included).
  bool has_head() const { return has_head_; }

  // Before has_head(): the part read so far.
  const Head& head() const { return parser_.head(); }
  Head take_head();  // in state complete
  const std::string& body() const { return decoder_.body(); }
  std::string take_body();  // in state complete
  // Returns whether a response's body is larger than max_body; body() does not grow any more then.
  bool body_cut() const { return decoder_.cut(); }
  // Returns why the message is rejected, in state failed. A response's problem has no status.
  const Problem& problem() const { return problem_; }

 private:
  void begin_body();
  void go_on(Progress progress);

  Role role_;
  Limits limits_;
  Problem problem_;
  HeadParser parser_;
  BodyDecoder decoder_;
  std::string method_;  // of the request that a response belongs to
  State state_ = State::head;
  bool has_head_ = false;
};

}  // namespace slotflow::http
