#include "engine/channel.h"

#include <thread>

#include <doctest/doctest.h>

#include "support/sockets.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Two connected sockets; `ours` is non-blocking.
struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    ours = UniqueFd(ends[0]);
    theirs = UniqueFd(ends[1]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  }
  UniqueFd ours, theirs;
};

std::string trouble_of(const Channel& channel) {
  const auto& trouble = channel.trouble();
  return trouble ? std::string(to_string(trouble->kind)) + ": " + trouble->detail : "none";
}

}  // namespace

TEST_CASE("channel: bytes go both ways, and the end is seen") {
  Pair pair;
  const Interrupt never;
  const PollDeadline deadline(std::chrono::minutes(1), never);
  Channel channel(pair.ours.get(), deadline);
  CHECK(channel.write("hello", 5) == 5);
  char bytes[16] = "";
  CHECK(::recv(pair.theirs.get(), bytes, sizeof bytes, 0) == 5);
  send_all(pair.theirs.get(), "world");
  CHECK(channel.read(bytes, sizeof bytes) == 5);
  CHECK(std::string(bytes, 5) == "world");
  pair.theirs = UniqueFd();
  CHECK(channel.read(bytes, sizeof bytes) == 0);
  CHECK(trouble_of(channel) == "none");
}

TEST_CASE("channel: writes all, however slow the other end reads") {
  Pair pair;
  const Interrupt never;
  const PollDeadline deadline(std::chrono::minutes(1), never);
  Channel channel(pair.ours.get(), deadline);
  const std::string much(4'000'000, 'x');
  std::size_t received = 0;
  std::thread reader([&] {
    char bytes[1000];
    while (received < much.size()) {
      const ssize_t count = ::recv(pair.theirs.get(), bytes, sizeof bytes, 0);
      if (count <= 0) return;
      received += static_cast<std::size_t>(count);
    }
  });
  CHECK(channel.write(much.data(), much.size()) == static_cast<ssize_t>(much.size()));
  reader.join();
  CHECK(received == much.size());
}

TEST_CASE("channel: after the first trouble every call fails, and the trouble stays") {
  Pair pair;
  const Interrupt never;
  const PollDeadline deadline(Duration(5), never);
  Channel channel(pair.ours.get(), deadline);
  char byte = 0;
  CHECK(channel.read(&byte, 1) == -1);
  CHECK(trouble_of(channel) == "timeout: ");
  send_all(pair.theirs.get(), "x");
  CHECK(channel.read(&byte, 1) == -1);
  CHECK(channel.write("x", 1) == -1);
  CHECK(trouble_of(channel) == "timeout: ");
}

TEST_CASE("channel: bytes that are there already are not read after the deadline") {
  Pair pair;
  send_all(pair.theirs.get(), "x");
  const Interrupt never;
  const PollDeadline deadline(Duration(0), never);
  Channel channel(pair.ours.get(), deadline);
  char byte = 0;
  CHECK(channel.read(&byte, 1) == -1);
  CHECK(trouble_of(channel) == "timeout: ");
}

TEST_CASE("channel: a write to an end that has left is found out by reading") {
  Pair pair;
  send_all(pair.theirs.get(), "early");
  pair.theirs = UniqueFd();
  const Interrupt never;
  const PollDeadline deadline(std::chrono::minutes(1), never);
  Channel channel(pair.ours.get(), deadline);
  CHECK(channel.write("late", 4) == 4);
  CHECK(trouble_of(channel) == "none");
  char bytes[16] = "";
  CHECK(channel.read(bytes, sizeof bytes) == 5);
  CHECK(std::string(bytes, 5) == "early");
  CHECK(channel.read(bytes, sizeof bytes) == -1);
  CHECK(trouble_of(channel) == "connection_reset: Connection reset by peer");
}

TEST_CASE("channel: an interrupt ends a wait") {
  Pair pair;
  Interrupt interrupt;
  interrupt.trigger();
  const PollDeadline deadline(std::chrono::hours(1), interrupt);
  Channel channel(pair.ours.get(), deadline);
  char byte = 0;
  CHECK(channel.read(&byte, 1) == -1);
  CHECK(trouble_of(channel) == "interrupted: ");
}

TEST_CASE("channel: a CA file that cannot be used is an error") {
  const TempDir dir;
  spit(dir.file("none.pem"), "no certificate\n");
  for (const std::string& path : {dir.file("missing.pem"), dir.file("none.pem"), dir.path()}) {
    TlsOptions options;
    options.ca_file = path;
    CHECK(thrown([&] { TlsSettings settings(options); }) ==
          "IO_ERROR: --cacert: expected a PEM file with certificates, could not read one from " +
              path);
  }
}
