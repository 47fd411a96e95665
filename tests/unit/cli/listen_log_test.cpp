#include "cli/commands/listen_log.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "domain/error.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

void write_line(const UniqueFd& fd, const std::string& text) {
  const std::string line = text + "\n";
  REQUIRE(::write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

}  // namespace

TEST_CASE("listen log: lines are appended, after a torn one on a new line") {
  const std::pair<std::string, std::string> rows[] = {
      {"", "new\n"}, {"old\n", "old\nnew\n"}, {"torn", "torn\nnew\n"}, {"\n", "\nnew\n"}};
  const TempDir dir;
  for (const auto& [before, after] : rows) {
    CAPTURE(before);
    spit(dir.file("log"), before);
    write_line(open_log(dir.file("log")), "new");
    CHECK(slurp(dir.file("log")) == after);
  }
}

TEST_CASE("listen log: a torn line is ended, wherever the file is now") {
  const TempDir dir;
  const std::string path = dir.file("log");
  const UniqueFd fd = open_log(path);
  CHECK(end_failed_line(fd.get(), path));
  CHECK(slurp(path).empty());
  REQUIRE(::write(fd.get(), "torn", 4) == 4);
  for (int i = 0; i < 2; ++i) {
    CHECK(end_failed_line(fd.get(), path));
    CHECK(slurp(path) == "torn\n");
  }
  REQUIRE(::write(fd.get(), "more", 4) == 4);
  std::filesystem::rename(path, dir.file("old"));
  spit(path, "0123456789abcdef\n");
  CHECK(end_failed_line(fd.get(), path));
  CHECK(slurp(dir.file("old")) == "torn\nmore\n");
}

TEST_CASE("listen log: a file that may only be written gets no line at the start") {
  if (::geteuid() == 0) return;  // root reads every file
  const TempDir dir;
  const std::string path = dir.file("log");
  spit(path, "old\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_write);
  const UniqueFd fd = open_log(path);
  CHECK(reopen_log(fd.get(), path) == "");
  write_line(fd, "new");
  CHECK(end_failed_line(fd.get(), path));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  CHECK(slurp(path) == "old\nnew\n\n");
}

TEST_CASE("listen log: no path, no file; a bad path is an error") {
  const TempDir dir;
  CHECK_FALSE(open_log(""));
  CHECK_THROWS_AS(open_log(dir.file("no/log")), Error);
}

TEST_CASE("listen log: the same descriptor goes on in the new file") {
  const TempDir dir;
  const UniqueFd fd = open_log(dir.file("log"));
  write_line(fd, "1");
  std::filesystem::rename(dir.file("log"), dir.file("old"));
  spit(dir.file("log"), "torn");
  CHECK(reopen_log(fd.get(), dir.file("log")) == "");
  write_line(fd, "2");
  CHECK(slurp(dir.file("old")) == "1\n");
  CHECK(slurp(dir.file("log")) == "torn\n2\n");
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("listen log: what cannot be reopened stays") {
  const TempDir dir;
  const UniqueFd fd = open_log(dir.file("log"));
  CHECK(reopen_log(fd.get(), dir.file("no/log")) == "No such file or directory");
  CHECK(reopen_log(fd.get(), "/dev/null") == "it is not a regular file");
  write_line(fd, "1");
  CHECK(slurp(dir.file("log")) == "1\n");
  const UniqueFd null = open_log("/dev/null");
  CHECK(reopen_log(null.get(), dir.file("no/log")) == "");
}
