#include "system/files.h"

#include <csignal>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "domain/error.h"
#include "support/entries.h"
#include "support/enum_words.h"
#include "support/file_mode.h"
#include "support/temp_dir.h"

using namespace slotflow;
using test::entries;
using test::mode_of;
using test::slurp;
using test::spit;
using test::TempDir;
using Names = std::set<std::string>;

namespace {

// While it lives, no file can grow beyond `bytes`: what a full disk does, without needing one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

// A stream without an end.
class Endless : private std::streambuf, public std::istream {
 public:
  Endless() : std::istream(static_cast<std::streambuf*>(this)) {}
  std::size_t read() const { return read_; }

 private:
  int underflow() override {
    if (read_ > 100 * 1024 * 1024) return std::char_traits<char>::eof();  // so that the test ends
    read_ += bytes_.size();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
    return bytes_[0];
  }

  std::string bytes_ = std::string(1024 * 1024, 'x');
  std::size_t read_ = 0;
};

std::string error_of_reading(const std::string& path, std::istream& in) {
  try {
    read_bytes("--payload", path, in);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::io_error);
    return error.what();
  }
  return "no error";
}
std::string error_of_reading(const std::string& path) {
  std::istringstream in;
  return error_of_reading(path, in);
}

}  // namespace

TEST_CASE("files: bytes are read as they are, from a file and from standard input") {
  const TempDir dir;
  std::string bytes("\xef\xbb\xbf{\"a\": 1}\r\n\0\xff\n", 16);
  bytes += std::string(200'000, 'x') + "\n";
  spit(dir.file("payload"), bytes);
  std::istringstream in(bytes);
  CHECK((read_bytes("--payload", dir.file("payload"), in) == bytes));
  CHECK((read_bytes("--payload", "-", in) == bytes));
  spit(dir.file("empty"), "");
  CHECK(read_bytes("--payload", dir.file("empty"), in).empty());
}

TEST_CASE("files: an error names the file that cannot be read") {
  const TempDir dir;
  CHECK(error_of_reading(dir.file("none")) ==
        "--payload: cannot read " + dir.file("none") + ": No such file or directory");
  CHECK(error_of_reading(dir.path()) ==
        "--payload: cannot read " + dir.path() + ": Is a directory");
  CHECK(error_of_reading("") == "--payload: cannot read : No such file or directory");
}

TEST_CASE("files: what never ends is refused") {
  Endless in;
  CHECK(error_of_reading("-", in) ==
        "--payload: expected at most 64 MiB, got more from standard input");
  CHECK(in.read() < 100 * 1024 * 1024);
  CHECK(error_of_reading("/dev/zero") ==
        "--payload: expected at most 64 MiB, got more from /dev/zero");
}

TEST_CASE("files: replacing creates a new file with mode 0600 and leaves no temporary one") {
  const TempDir dir;
  replace_file(dir.file("store"), "new\n");
  CHECK(slurp(dir.file("store")) == "new\n");
  CHECK(mode_of(dir.file("store")) == 0600);
  CHECK(entries(dir.path()) == Names{"store"});
}

TEST_CASE("files: replacing keeps the mode, and swaps the file rather than writing into it") {
  const TempDir dir;
  spit(dir.file("store"), "a longer text than the new one");
  std::filesystem::create_hard_link(dir.file("store"), dir.file("witness"));
  ::chmod(dir.file("store").c_str(), 0640);
  replace_file(dir.file("store"), "new");
  CHECK(slurp(dir.file("store")) == "new");
  CHECK(slurp(dir.file("witness")) == "a longer text than the new one");
  CHECK(mode_of(dir.file("store")) == 0640);
}

TEST_CASE("files: a temporary file that a killed writer left is not written into") {
  const TempDir dir;
  spit(dir.file("store.tmp"), "half of a st");
  std::filesystem::create_hard_link(dir.file("store.tmp"), dir.file("witness"));
  ::chmod(dir.file("store.tmp").c_str(), 0666);
  replace_file(dir.file("store"), "new");
  CHECK(slurp(dir.file("store")) == "new");
  CHECK(slurp(dir.file("witness")) == "half of a st");
  CHECK(mode_of(dir.file("store")) == 0600);
  CHECK(entries(dir.path()) == Names{"store", "witness"});
}

TEST_CASE("files: a temporary name that is a link is not followed") {
  const TempDir dir;
  spit(dir.file("precious"), "precious");
  std::filesystem::create_symlink("precious", dir.file("store.tmp"));
  replace_file(dir.file("store"), "new");
  CHECK(slurp(dir.file("precious")) == "precious");
  CHECK_FALSE(std::filesystem::is_symlink(dir.file("store")));
}

TEST_CASE("files: a write that fails leaves the old file and no temporary one") {
  const TempDir dir;
  spit(dir.file("store"), "old");
  int reason = 0;
  {
    const FileSizeLimit limit(4096);
    try {
      replace_file(dir.file("store"), std::string(100'000, 'x'));
    } catch (const std::system_error& error) {
      reason = error.code().value();
    }
  }
  CHECK(reason == EFBIG);
  CHECK(slurp(dir.file("store")) == "old");
  CHECK(entries(dir.path()) == Names{"store"});
}

TEST_CASE("files: a rename that fails leaves no temporary file") {
  const TempDir dir;
  std::filesystem::create_directories(dir.file("store/inside"));
  CHECK_THROWS_AS(replace_file(dir.file("store"), "new"), std::system_error);
  CHECK(entries(dir.path()) == Names{"store"});
  CHECK_THROWS_AS(replace_file(dir.file("none/store"), "new"), std::system_error);
}
