#include "system/platform.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "support/stuck_pipe.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("platform: counts open descriptors where the system shows them") {
  const auto before = count_open_descriptors();
  const UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto after = count_open_descriptors();
  REQUIRE(before.has_value() == after.has_value());
  if (before) CHECK(*after == *before + 1);
}

TEST_CASE("platform: a pipe that was opened again does not wait, and the descriptor is unchanged") {
  const StuckPipe pipe;
  const UniqueFd again = reopen_without_waiting(pipe.write_end());
  if (again) CHECK(::write(again.get(), "x", 1) == -1);
  CHECK((::fcntl(pipe.write_end(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK_FALSE(static_cast<bool>(reopen_without_waiting(-1)));
}

TEST_CASE("platform: a socket that has sent nothing has nothing unacknowledged") {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  CHECK(unacknowledged_bytes(socket.get()) == 0);
  CHECK(unacknowledged_bytes(-1) == 0);
  acknowledge_at_once(socket.get());
}

TEST_CASE("platform: a local file system is not a network's") {
  const TempDir dir;
  CHECK_FALSE(is_on_network(dir.path()));
  CHECK_FALSE(is_on_network(dir.file("missing")));
#ifdef __linux__
  CHECK_FALSE(is_on_network("/proc/self/status"));
#endif
}

TEST_CASE("platform: files are synced and have a time") {
  const TempDir dir;
  const UniqueFd file(::open(dir.file("f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(static_cast<bool>(file));
  CHECK(sync_to_disk(file.get()) == 0);
  CHECK(sync_to_disk(-1) == -1);
  struct stat status{};
  REQUIRE(::fstat(file.get(), &status) == 0);
  CHECK(modification_time(status).tv_sec > 1'700'000'000);
}
