// Feeds a message to a reader in every kind of pieces, and expects the same result each time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "domain/random.h"
#include "http/reader.h"

namespace slotflow::test {

// The result of reading one message.
struct Read {
  http::Reader::State state = http::Reader::State::head;
  bool has_head = false;
  http::Head head;
  std::string body;
  bool cut = false;
  http::Problem problem;
  std::size_t consumed = 0;  // not meaningful after a failure

  bool operator==(const Read&) const = default;
};

struct Reading {
  http::Role role = http::Role::request;
  http::Limits limits = {};
  std::string method = "";  // of the request that a response belongs to
  bool ends = false;        // the connection ends after the bytes
};

// Reads one message; `next` says how large the piece that begins at its argument is.
template <class Next>
Read read_in_pieces(std::string_view bytes, const Reading& reading, Next next) {
  using State = http::Reader::State;
  http::Reader reader(reading.role, reading.limits);
  reader.start(reading.method);
  Read read;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::string_view piece = bytes.substr(at, next(at));
    at += piece.size();
    while (!piece.empty() && (reader.state() == State::head || reader.state() == State::body)) {
      const std::size_t count = reader.feed(piece);
      // Else it would be fed the same bytes for ever.
      const bool moved = count > 0 || reader.state() == State::failed;
      if (!moved || count > piece.size()) FAIL("feed() returned " << count);
      read.consumed += count;
      piece.remove_prefix(count);
    }
    if (reader.body().size() > reading.limits.max_body) FAIL("the body is over its limit");
  }
  if (reading.ends) reader.end_of_input();
  read.state = reader.state();
  read.has_head = reader.has_head();
  read.head = reader.head();
  read.body = reader.body();
  read.cut = reader.body_cut();
  read.problem = reader.problem();
  if (read.state == State::failed) read.consumed = 0;
  return read;
}

// Whole, one byte at a time, and in random pieces.
inline Read read(std::string_view bytes, const Reading& reading = {}) {
  CAPTURE(bytes.substr(0, 300));
  const Read whole = read_in_pieces(bytes, reading, [&](std::size_t) { return bytes.size(); });
  CHECK(read_in_pieces(bytes, reading, [](std::size_t) { return 1U; }) == whole);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Random random = Random::for_item(seed, bytes.size());
    CHECK(read_in_pieces(bytes, reading, [&](std::size_t) { return 1 + random.below(9); }) ==
          whole);
  }
  return whole;
}

inline Read read_response(std::string_view bytes, Reading reading = {}) {
  reading.role = http::Role::response;
  return read(bytes, reading);
}

// "400 the method is not a token", "drop ..." without a status, or the state.
inline std::string verdict(const Read& read) {
  switch (read.state) {
    case http::Reader::State::head:
      return "head";
    case http::Reader::State::body:
      return "body";
    case http::Reader::State::complete:
      return "complete";
    case http::Reader::State::failed:
      break;
  }
  const auto& [status, reason] = read.problem;
  return (status ? std::to_string(*status) : "drop") + " " + reason;
}

struct Row {
  std::string bytes;
  std::string verdict;
};

}  // namespace slotflow::test
