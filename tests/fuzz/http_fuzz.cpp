// Whatever a peer sends: requests and responses, in whatever pieces they arrive.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/reader.h"

using namespace slotflow;
using http::Reader;

namespace {

// What is read of a connection: messages until one is not complete.
struct Message {
  Reader::State state;
  bool started;
  bool has_head;
  http::Head head;
  std::string body;
  bool cut;
  http::Problem problem;

  bool operator==(const Message&) const = default;
};

void expect(bool condition) {
  if (!condition) __builtin_trap();
}

http::Limits limits() {
  http::Limits small;
  small.max_head = 1024;
  small.max_line = 256;
  small.max_headers = 20;
  small.max_chunk_line = 64;
  small.max_trailers = 256;
  small.max_body = 128;
  return small;
}

bool is_under_way(const Reader& reader) {
  return reader.state() == Reader::State::head || reader.state() == Reader::State::body;
}

void check_head(const http::Head& head) {
  expect(!(head.chunked && head.content_length));
  for (const auto& [name, value] : head.headers) {
    expect(http::is_token(name));
    expect(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  http::origin_form(head.target);
}

Message message_of(Reader& reader) {
  if (reader.has_head()) check_head(reader.head());
  Message message{reader.state(), reader.started(),  reader.has_head(), reader.head(),
                  reader.body(),  reader.body_cut(), reader.problem()};
  return message;
}

// `pieces` decides how large the pieces are; empty: everything at once.
std::vector<Message> read(Reader::Role role, std::string_view method, std::string_view bytes,
                          std::string_view pieces) {
  const http::Limits small = limits();
  std::vector<Message> messages;
  Reader reader(role, small);
  reader.start(method);
  std::string_view piece;
  for (std::size_t n = 0; !bytes.empty() || !piece.empty();) {
    if (piece.empty()) {
      const std::size_t size =
          pieces.empty() ? bytes.size() : 1 + static_cast<unsigned char>(pieces[n % pieces.size()]);
      ++n;
      piece = bytes.substr(0, size);
      bytes.remove_prefix(piece.size());
    }
    const std::size_t count = reader.feed(piece);
    expect(count <= piece.size());
    expect(reader.body().size() <= small.max_body);
    piece.remove_prefix(count);
    if (is_under_way(reader)) {
      expect(count > 0);
      continue;
    }
    if (reader.state() == Reader::State::failed) break;
    messages.push_back(message_of(reader));
    reader.start(method);
  }
  reader.end_of_input();
  messages.push_back(message_of(reader));
  return messages;
}

}  // namespace

// The first byte chooses the direction and the method, the second one how many bytes decide about
// the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto role = (data[0] & 1) != 0 ? Reader::Role::response : Reader::Role::request;
  const std::string_view method = (data[0] & 2) != 0 ? "HEAD" : "POST";
  const std::size_t count = std::min<std::size_t>(data[1] % 16, size - 2);
  const std::string_view pieces = input.substr(2, count);
  const std::string_view bytes = input.substr(2 + count);
  const std::vector<Message> whole = read(role, method, bytes, "");
  expect(read(role, method, bytes, pieces) == whole);
  expect(read(role, method, bytes, std::string_view("\0", 1)) == whole);
  return 0;
}
