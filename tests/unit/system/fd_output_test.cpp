#include "system/fd_output.h"

#include <csignal>
#include <ostream>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>

#include "support/stuck_pipe.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Output {
  Output(int fd, const OutputPatience& patience) : file(fd, patience), stream(&file) {}
  FdOutput file;
  std::ostream stream;
};

}  // namespace

TEST_CASE("fd_output: bytes arrive as they were written, in order, when they are flushed") {
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  StuckPipe pipe(StuckPipe::Fill::nothing);
  std::string expected;
  std::string got;
  std::thread reader([&] { got = pipe.read_to_end(); });
  {
    Output output(::dup(pipe.write_end()), patience);
    const UniqueFd own(output.file.fd());
    pipe.close_write_end();
    for (const std::size_t size : {1U, 7U, 4095U, 4096U, 4097U, 100'000U, 3U, 300'000U}) {
      const std::string text(size, static_cast<char>('a' + size % 26));
      output.stream << text << size;
      expected += text + std::to_string(size);
    }
    output.stream << std::flush;
    CHECK(output.stream.good());
  }
  reader.join();
  CHECK(got == expected);
}

TEST_CASE("fd_output: short text is kept until flushed") {
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  StuckPipe pipe(StuckPipe::Fill::nothing);
  Output output(pipe.write_end(), patience);
  output.stream << "a" << 1;
  CHECK(pipe.read_all().empty());
  output.stream << std::flush;
  CHECK(pipe.read_all() == "a1");
}

TEST_CASE("fd_output: a reader that has stopped is given up, and nothing is waited for again") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(1));
  StuckPipe pipe;
  Output output(pipe.write_end(), patience);
  patience.hurry();
  output.stream << "a" << std::flush;
  CHECK_FALSE(output.stream.good());
  CHECK(output.file.gave_up());
  CHECK(pipe.read_all().size() == pipe.size());
  output.stream.clear();
  output.stream << "b" << std::flush;  // there is room now, but others have been told it is over
  CHECK_FALSE(output.stream.good());
  CHECK(pipe.read_all().empty());
}

TEST_CASE("fd_output: a reader that is slow is not given up as long as it reads") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, std::chrono::hours(24), std::chrono::hours(24));
  StuckPipe pipe;
  Output output(pipe.write_end(), patience);
  patience.hurry();
  const std::string text(300'000, 'x');  // more than a pipe holds
  std::string got;
  std::thread reader([&] {
    while (!got.ends_with("y\nz\n")) got += pipe.read_all();
  });
  output.stream << text << "y\nz\n" << std::flush;
  CHECK(output.stream.good());
  reader.join();
  CHECK(got.size() == pipe.size() + text.size() + 4);
}

TEST_CASE("fd_output: says how much of a long text was written") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(1));
  StuckPipe pipe(StuckPipe::Fill::nothing);
  Output output(pipe.write_end(), patience);
  patience.hurry();
  const std::string text(10'000'000, 'x');
  const auto written = output.file.sputn(text.data(), static_cast<std::streamsize>(text.size()));
  CHECK(written > 0);
  CHECK(written < static_cast<std::streamsize>(text.size()));
  CHECK(pipe.read_all().size() == static_cast<std::size_t>(written));
}

TEST_CASE("fd_output: a reader that has closed is an error, and is not waited for") {
  std::signal(SIGPIPE, SIG_IGN);
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  StuckPipe pipe;
  Output output(pipe.write_end(), patience);
  pipe.close_read_end();
  output.stream << "a" << std::flush;
  CHECK_FALSE(output.stream.good());
  CHECK_FALSE(output.file.gave_up());
}

TEST_CASE("fd_output: leaves the flags of the descriptor as they are") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(1));
  patience.hurry();
  StuckPipe pipe;
  const int before = ::fcntl(pipe.write_end(), F_GETFL);
  Output output(pipe.write_end(), patience);
  output.stream << "a" << std::flush;
  CHECK(::fcntl(pipe.write_end(), F_GETFL) == before);
  CHECK((before & O_NONBLOCK) == 0);
}

TEST_CASE("fd_output: a descriptor that does not block is waited for like any other") {
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  StuckPipe pipe;
  ::fcntl(pipe.write_end(), F_SETFL, O_NONBLOCK);
  Output output(pipe.write_end(), patience);
  std::string got;
  std::thread reader([&] {
    got = pipe.read_all();
    while (!got.ends_with("the end")) got += pipe.read_all();
  });
  output.stream << "the end" << std::flush;
  CHECK(output.stream.good());
  reader.join();
}

TEST_CASE("fd_output: a regular file is always ready, and is written to its end") {
  const TempDir dir;
  Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(0));
  interrupt.trigger();
  patience.hurry();
  const std::string path = dir.file("log");
  spit(path, "old\n");
  const std::string text(2'000'000, 'x');
  {
    FdOutput file(UniqueFd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)), patience);
    std::ostream stream(&file);
    stream << text << "\n" << std::flush;
    CHECK(stream.good());
  }
  CHECK(slurp(path) == "old\n" + text + "\n");
}

TEST_CASE("fd_output: a full disk and a closed descriptor are errors") {
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const UniqueFd unwritable(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const int fd : {full.get(), unwritable.get(), -1}) {
    CAPTURE(fd);
    Output output(fd, patience);
    output.stream << "a" << std::flush;
    CHECK_FALSE(output.stream.good());
    CHECK_FALSE(output.file.gave_up());
  }
}
