#include "system/pipe.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "support/readable.h"

using namespace slotflow;
using test::readable;

TEST_CASE("pipe: carries bytes, and programs started later do not inherit it") {
  const Pipe pipe = new_pipe();
  char byte = 0;
  REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
  REQUIRE(::read(pipe.read_end.get(), &byte, 1) == 1);
  CHECK(byte == 'x');
  for (const int fd : {pipe.read_end.get(), pipe.write_end.get()}) {
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
}

TEST_CASE("pipe: a wake-up lasts until it is cleared") {
  const WakePipe pipe;
  CHECK_FALSE(readable(pipe.fd()));
  pipe.clear();
  pipe.wake();
  CHECK(readable(pipe.fd()));
  CHECK(readable(pipe.fd()));
  pipe.clear();
  CHECK_FALSE(readable(pipe.fd()));
}

TEST_CASE("pipe: neither waking nor clearing ever blocks") {
  const WakePipe pipe;
  for (int i = 0; i < 100'000; ++i) pipe.wake();
  pipe.clear();
  CHECK_FALSE(readable(pipe.fd()));
}
