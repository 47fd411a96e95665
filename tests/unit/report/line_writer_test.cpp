#include "report/line_writer.h"

#include <sstream>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

using Texts = std::vector<std::string>;

// Takes so many bytes, and counts its writes.
class Small : public std::streambuf {
 public:
  explicit Small(std::size_t room) : room_(room) {}
  std::string text;
  int writes = 0;

 private:
  std::streamsize xsputn(const char* bytes, std::streamsize size) override {
    ++writes;
    const std::size_t taken = std::min(room_, static_cast<std::size_t>(size));
    text.append(bytes, taken);
    room_ -= taken;
    return static_cast<std::streamsize>(taken);
  }
  std::size_t room_;
};

std::size_t write_each(std::streambuf& buffer, const Texts& texts) {
  std::ostream out(&buffer);
  LineWriter writer(out);
  return writer.write_each(std::span<const std::string>(texts),
                           [](std::string& all, const std::string& text) { all += text; });
}

}  // namespace

TEST_CASE("line_writer: says how much it has written") {
  Small buffer(5);
  std::ostream out(&buffer);
  LineWriter writer(out);
  CHECK(writer.write("abc") == 3);
  CHECK(writer.write("def") == 2);
  CHECK_FALSE(out.good());
  CHECK(writer.write("g") == 0);
  CHECK(buffer.text == "abcde");
}

TEST_CASE("line_writer: a stream that is set to throws nothing out of it") {
  Small buffer(1);
  std::ostream out(&buffer);
  out.exceptions(std::ios::badbit | std::ios::failbit);
  CHECK(LineWriter(out).write("ab") == 1);
}

TEST_CASE("line_writer: many small texts are one write") {
  Small buffer(1'000);
  CHECK(write_each(buffer, {"a\n", "b\n", "c\n"}) == 3);
  CHECK(buffer.text == "a\nb\nc\n");
  CHECK(buffer.writes == 1);
}

TEST_CASE("line_writer: large texts are written one by one") {
  Small buffer(10'000'000);
  const std::string large(2'000'000, 'x');
  CHECK(write_each(buffer, {large, large, "c\n"}) == 3);
  CHECK(buffer.text == large + large + "c\n");
  CHECK(buffer.writes == 3);
}

TEST_CASE("line_writer: counts those that were written whole") {
  for (const auto& [room, whole] :
       {std::pair{0, 0}, std::pair{1, 0}, std::pair{2, 1}, std::pair{5, 2}, std::pair{6, 3}}) {
    CAPTURE(room);
    Small buffer(static_cast<std::size_t>(room));
    CHECK(write_each(buffer, {"a\n", "b\n", "c\n"}) == static_cast<std::size_t>(whole));
  }
  Small buffer(3'000'000);
  const std::string large(2'000'000, 'x');
  CHECK(write_each(buffer, {large, large, "c\n"}) == 1);
  CHECK(buffer.writes == 2);
}
