#include "system/output_patience.h"

#include <thread>

#include <doctest/doctest.h>

#include "support/stuck_pipe.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("output_patience: output that does not block is written, even when it hurries") {
  Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(0), Duration(0));
  const StuckPipe pipe(StuckPipe::Fill::nothing);
  CHECK(patience.wait_until_writable(pipe.write_end()));
  interrupt.trigger();
  CHECK(patience.wait_until_writable(pipe.write_end()));
  patience.hurry();
  CHECK(patience.wait_until_writable(pipe.write_end()));
}

TEST_CASE("output_patience: a reader that reads again or closes ends the wait") {
  const Interrupt interrupt;
  const OutputPatience patience(interrupt);
  StuckPipe read_again, left;
  std::thread reader([&] {
    read_again.read_all();
    left.close_read_end();
  });
  CHECK(patience.wait_until_writable(read_again.write_end()));
  CHECK(patience.wait_until_writable(left.write_end()));
  reader.join();
}

TEST_CASE("output_patience: when it hurries, a reader that has stopped is given up") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(1), std::chrono::hours(24));
  patience.hurry();
  const StuckPipe pipe;
  CHECK_FALSE(patience.wait_until_writable(pipe.write_end()));
  CHECK_FALSE(patience.wait_until_writable(pipe.write_end()));
}

TEST_CASE("output_patience: when it hurries, all waits end, however slowly the reader reads") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, std::chrono::hours(24), Duration(1));
  patience.hurry();
  const StuckPipe pipe;
  CHECK_FALSE(patience.wait_until_writable(pipe.write_end()));
  CHECK_FALSE(patience.wait_until_writable(pipe.write_end()));
}

TEST_CASE("output_patience: may hurry earlier, also for those who wait") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, Duration(1));
  const StuckPipe pipe;
  patience.hurry(std::chrono::hours(24));
  std::thread writer([&] { CHECK_FALSE(patience.wait_until_writable(pipe.write_end())); });
  patience.hurry(Duration(1));
  writer.join();
}

TEST_CASE("output_patience: a reader that reads again is not given up, however long it hurries") {
  const Interrupt interrupt;
  OutputPatience patience(interrupt, std::chrono::minutes(1), std::chrono::hours(24));
  patience.hurry(-std::chrono::hours(1));
  StuckPipe pipe;
  std::thread reader([&] { pipe.read_all(); });
  CHECK(patience.wait_until_writable(pipe.write_end()));
  reader.join();
}

TEST_CASE("output_patience: an interrupt ends each wait after a while") {
  Interrupt interrupt;
  const OutputPatience patience(interrupt, Duration(1));
  const StuckPipe pipe;
  std::thread writer([&] { CHECK_FALSE(patience.wait_until_writable(pipe.write_end())); });
  interrupt.trigger();
  writer.join();
  CHECK_FALSE(patience.wait_until_writable(pipe.write_end()));
}
