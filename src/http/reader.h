// Reads HTTP/1.1 requests and responses from the bytes of a connection (RFC 9112).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/head.h"

namespace slotflow::http {

// In bytes, if nothing else is said. A message over a limit is rejected; max_body is different for
// responses.
struct Limits {
  std::size_t max_head = 64 * 1024;  // the header section, with its first line and all line ends
  std::size_t max_line = 64 * 1024;  // one line of it, with its end; a trailer's line, too
  std::size_t max_headers = 1'000;   // their number
  std::size_t max_chunk_line = 8 * 1024;  // a chunk's size with its extensions and line end
  std::size_t max_trailers = 64 * 1024;   // all of them, with line ends
  // Requests: a larger body is rejected with 413 as soon as its size is known.
  // Responses: only this much of the body is kept; the rest is consumed and discarded.
  std::size_t max_body = 1024 * 1024;
};

// Does no I/O: the caller feeds it bytes as they arrive. The cost is linear in the number of bytes,
// whatever pieces they arrive in, and the pieces do not change the result. Memory is bounded by
// max_head and max_body. Not thread-safe.
class Reader {
 public:
  enum class Role { request, response };  // what is read
  enum class State {
    head,      // the header section is not complete
    body,      // head() is complete, the body is not
    complete,  // the message is complete
    failed,    // the message is rejected; problem() is the reason
  };

  explicit Reader(Role role, Limits limits = {});

  // Begins the next message. `method` is the method of the request that a response belongs to: a
  // response to HEAD has no body.
  void start(std::string_view method = "");

  // Consumes bytes from the front of `bytes` and returns how many. Stops at the end of the header
  // section (state body or complete), at the end of the message (state complete) and on failure:
  // the bytes after that are not consumed. In state body, call it again with the rest.
  // Ignores empty lines before a request, up to 8 KiB (RFC 9112, section 2.2).
  // Skips interim responses (1xx except 101, RFC 9110, section 15.2).
  std::size_t feed(std::string_view bytes);

  // To be called when the peer has closed its side in order. Completes a response whose body ends
  // with the connection, and changes no other state: the caller decides what that means.
  void end_of_input();

  State state() const { return state_; }
  // True if a byte of the message has arrived. Empty lines before a request and interim responses
  // do not count.
  bool started() const;
  // True in the states body and complete, and after a failure within the body (413 included).
  bool has_head() const;

  // Before has_head(): the part that has been read.
  const Head& head() const { return head_; }
  Head take_head();  // to be called in state complete
  const std::string& body() const { return body_; }
  std::string take_body();  // to be called in state complete
  // True as soon as a response's body is larger than max_body: body() will not grow any more.
  bool body_cut() const { return body_cut_; }
  // In state failed. A response's problem has no status.
  const Problem& problem() const { return problem_; }

 private:
  Role role_;
  Limits limits_;
  State state_ = State::head;
  Head head_;
  std::string body_;
  bool body_cut_ = false;
  Problem problem_;
};

}  // namespace slotflow::http
