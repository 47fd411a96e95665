#include "http/reader.h"

#include <utility>

namespace slotflow::http {

Reader::Reader(Role role, const Limits& limits, std::string_view method)
    : role_(role),
      limits_(limits),
      parser_(role, limits_, problem_),
      decoder_(role, limits_, problem_),
      method_(method) {}

void Reader::start(std::string_view method) {
  method_ = method;
  parser_.reset();
  decoder_.start_length(0);
  state_ = State::head;
  has_head_ = false;
  problem_ = {};
}

std::size_t Reader::feed(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (state_ == State::head) {
    const Progress progress = parser_.feed(bytes);
    if (progress == Progress::complete) begin_body();
    if (progress == Progress::failed) go_on(progress);
  } else if (state_ == State::body) {
    go_on(decoder_.feed(bytes));
  }
  return size - bytes.size();
}

// RFC 9112, section 6.3.
void Reader::begin_body() {
  has_head_ = true;
  Head& head = parser_.head();
  Progress progress;
  if (role_ == Role::response && !has_body(method_, head.status)) {
    progress = decoder_.start_length(0);
  } else if (head.chunked) {
    progress = decoder_.start_chunked();
  } else if (role_ == Role::request || head.content_length) {
    progress = decoder_.start_length(head.content_length.value_or(0));
  } else {
    head.keep_alive = false;
    progress = decoder_.start_until_end();
  }
  state_ = State::body;
  go_on(progress);
}

void Reader::go_on(Progress progress) {
  if (progress == Progress::complete) state_ = State::complete;
  if (progress != Progress::failed) return;
  state_ = State::failed;
  if (role_ == Role::response) problem_.status.reset();
}

void Reader::end_of_input() {
  if (state_ == State::body && decoder_.ends_with_connection()) state_ = State::complete;
}

Head Reader::take_head() {
  return std::move(parser_.head());
}

std::string Reader::take_body() {
  return std::move(decoder_.body());
}

}  // namespace slotflow::http
