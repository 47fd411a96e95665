#include "store/registry_file.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

#include "domain/error.h"
#include "store/registry.h"
#include "support/child.h"
#include "support/entries.h"
#include "support/file_mode.h"
#include "support/store_changes.h"
#include "support/temp_dir.h"
#include "support/thrown.h"
#include "system/files.h"
#include "system/unique_fd.h"

using namespace slotflow;
using test::add;
using test::Child;
using test::entries;
using test::error_of_adding;
using test::mode_of;
using test::slurp;
using test::spit;
using test::TempDir;
using test::thrown;
using test::write_text;
using Names = std::set<std::string>;

namespace {

const std::string kEmptyGrowth = R"({"version": 1, "plan": "growth", "webhooks": []})";

const LockWait kPatient;

}  // namespace

TEST_CASE("registry_file: the store and its directories are created for their owner alone") {
  const TempDir dir;
  const mode_t before = ::umask(0);
  add(dir.file("a/b/store.json"));
  ::umask(before);
  CHECK(mode_of(dir.file("a")) == 0700);
  CHECK(mode_of(dir.file("a/b")) == 0700);
  CHECK(mode_of(dir.file("a/b/store.json")) == 0600);
  CHECK(entries(dir.file("a/b")) == Names{"store.json"});
}

TEST_CASE("registry_file: a file that was there keeps its permissions") {
  const TempDir dir;
  spit(dir.file("s"), kEmptyGrowth);
  ::chmod(dir.file("s").c_str(), 0640);
  add(dir.file("s"));
  CHECK(mode_of(dir.file("s")) == 0640);
}

TEST_CASE("registry_file: a symbolic link stays one, and its target changes") {
  const TempDir dir;
  std::filesystem::create_directory(dir.file("real"));
  spit(dir.file("real/s"), kEmptyGrowth);
  std::filesystem::create_symlink("real/s", dir.file("inner"));
  std::filesystem::create_symlink(dir.file("inner"), dir.file("outer"));
  add(dir.file("outer"));
  CHECK(std::filesystem::is_symlink(dir.file("outer")));
  CHECK(std::filesystem::is_symlink(dir.file("inner")));
  CHECK(Registry(dir.file("real/s")).read().webhooks.size() == 1);
  CHECK(entries(dir.file("real")) == Names{"s"});
  CHECK(entries(dir.path()) == Names{"inner", "outer", "real"});
}

TEST_CASE("registry_file: a dangling link is an empty store, and its target is created") {
  const TempDir dir;
  std::filesystem::create_symlink("later/s", dir.file("link"));
  CHECK(Registry(dir.file("link")).read().webhooks.empty());
  CHECK(entries(dir.path()) == Names{"link"});
  add(dir.file("link"));
  CHECK(std::filesystem::is_symlink(dir.file("link")));
  CHECK(Registry(dir.file("later/s")).read().webhooks.size() == 1);
}

TEST_CASE("registry_file: a link to itself is an error") {
  const TempDir dir;
  std::filesystem::create_symlink("loop", dir.file("loop"));
  const std::string expected =
      "STORE_ERROR: cannot read " + dir.file("loop") + ": Too many levels of symbolic links";
  CHECK(thrown([&] { Registry(dir.file("loop")).read(); }) == expected);
  CHECK(error_of_adding(dir.file("loop")) == expected);
}

TEST_CASE("registry_file: other than regular files are rejected at once, for reading and writing") {
  const TempDir dir;
  std::filesystem::create_directory(dir.file("folder"));
  REQUIRE(::mkfifo(dir.file("fifo").c_str(), 0600) == 0);
  std::filesystem::create_symlink("fifo", dir.file("link"));
  const std::vector<std::pair<std::string, std::string>> paths{{dir.file("folder"), "a directory"},
                                                               {dir.file("fifo"), "a FIFO"},
                                                               {dir.file("link"), "a FIFO"},
                                                               {"/dev/null", "a device"}};
  for (const auto& [path, kind] : paths) {
    const std::string expected = "STORE_ERROR: " + path + ": expected a regular file, got " + kind +
                                 " | hint: choose another file with --store";
    CHECK(thrown([&, &store = path] { Registry(store).read(); }) == expected);
    CHECK(error_of_adding(path) == expected);
  }
  CHECK(entries(dir.path()) == Names{"fifo", "folder", "link"});
  CHECK(entries(dir.file("folder")).empty());
}

TEST_CASE("registry_file: a file where a directory should be is named") {
  const TempDir dir;
  spit(dir.file("file"), "text");
  CHECK(error_of_adding(dir.file("file/store.json")) ==
        "STORE_ERROR: cannot read " + dir.file("file/store.json") + ": Not a directory");
  CHECK(error_of_adding("") == "STORE_ERROR: cannot create : No such file or directory");
  CHECK(slurp(dir.file("file")) == "text");
}

#ifdef __linux__
TEST_CASE("registry_file: a link to a deleted file is an error") {
  const TempDir dir;
  spit(dir.file("s"), "");
  const UniqueFd open(::open(dir.file("s").c_str(), O_RDWR | O_CLOEXEC));
  std::filesystem::remove(dir.file("s"));
  const std::string path = "/proc/self/fd/" + std::to_string(open.get());
  CHECK(error_of_adding(path) ==
        "STORE_ERROR: cannot write " + path + ": No such file or directory");
}
#endif

TEST_CASE("registry_file: a file created for the lock alone is removed again") {
  const TempDir dir;
  {
    const LockedStoreFile file(dir.file("s"), kPatient);
  }
  CHECK(entries(dir.path()).empty());
  spit(dir.file("s"), "");
  {
    const LockedStoreFile file(dir.file("s"), kPatient);
  }
  CHECK(entries(dir.path()) == Names{"s"});
}

TEST_CASE("registry_file: what is in the way of the temporary file is named") {
  const TempDir dir;
  std::filesystem::create_directories(dir.file("s.tmp/inside"));
  CHECK(error_of_adding(dir.file("s")) == "STORE_ERROR: cannot write " + dir.file("s") + ": " +
                                              dir.file("s.tmp") + " is in the way | hint: move " +
                                              dir.file("s.tmp") + " to another place");
  CHECK(entries(dir.path()) == Names{"s.tmp"});
}

TEST_CASE("registry_file: a file that others may write is found out") {
  const TempDir dir;
  CHECK_FALSE(others_may_change(dir.file("s")));
  spit(dir.file("s"), kEmptyGrowth);
  for (const auto& [mode, expected] :
       {std::pair{0600, false}, {0644, false}, {0660, true}, {0602, true}}) {
    ::chmod(dir.file("s").c_str(), static_cast<mode_t>(mode));
    CHECK(others_may_change(dir.file("s")) == expected);
  }
}

TEST_CASE("registry_file: a directory that cannot be written leaves the store as it is") {
  const TempDir dir;
  spit(dir.file("s"), kEmptyGrowth);
  const bool root = ::geteuid() == 0;
  const uid_t nobody = 65534;
  if (root) REQUIRE(::chown(dir.file("s").c_str(), nobody, nobody) == 0);
  ::chmod(dir.path().c_str(), 0555);
  // Root may write everywhere, so a process without its rights tries.
  Child child([&](int out) {
    if (root && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(1);
    write_text(out, error_of_adding(dir.file("s")) + "\n" + error_of_adding(dir.file("new")));
  });
  const std::string hint = " | hint: choose a file that you may read and write with --store";
  CHECK(child.read_to_end() == "STORE_ERROR: cannot write " + dir.file("s") +
                                   ": Permission denied" + hint + "\nSTORE_ERROR: cannot create " +
                                   dir.file("new") + ": Permission denied" + hint);
  CHECK(child.stop(0) == 0);
  ::chmod(dir.path().c_str(), 0755);
  CHECK(slurp(dir.file("s")) == kEmptyGrowth);
  CHECK(entries(dir.path()) == Names{"s"});
}

TEST_CASE("registry_file: a store that may not be read is an error, not an empty one") {
  const TempDir dir;
  spit(dir.file("s"), kEmptyGrowth);
  ::chmod(dir.file("s").c_str(), 0);
  ::chmod(dir.path().c_str(), 0777);
  Child child([&](int out) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1);
    write_text(out, thrown([&] { Registry(dir.file("s")).read(); }));
  });
  CHECK(child.read_to_end() == "STORE_ERROR: cannot read " + dir.file("s") +
                                   ": Permission denied | hint: "
                                   "choose a file that you may read and write with --store");
  CHECK(child.stop(0) == 0);
}

#ifdef __linux__
namespace {

// A file system of 64 KiB at `folder` while it lives; false where this user may not mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder)
      : folder_(std::move(folder)),
        mounted_(::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount(folder_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  explicit operator bool() const { return mounted_; }

 private:
  std::string folder_;
  bool mounted_;
};

}  // namespace

namespace {

// Mounts `file` upon itself while it lives; false where this user may not.
class MountedFile {
 public:
  explicit MountedFile(std::string file)
      : file_(std::move(file)),
        mounted_(::mount(file_.c_str(), file_.c_str(), nullptr, MS_BIND, nullptr) == 0) {}
  ~MountedFile() {
    if (mounted_) ::umount(file_.c_str());
  }
  MountedFile(const MountedFile&) = delete;
  MountedFile& operator=(const MountedFile&) = delete;
  explicit operator bool() const { return mounted_; }

 private:
  std::string file_;
  bool mounted_;
};

}  // namespace

TEST_CASE("registry_file: a file that is a mount point cannot be replaced") {
  const TempDir dir;
  spit(dir.file("s"), kEmptyGrowth);
  const MountedFile mounted(dir.file("s"));
  if (!mounted) {
    MESSAGE("skipped: this user may not mount a file");
    return;
  }
  CHECK(
      error_of_adding(dir.file("s")) ==
      "STORE_ERROR: cannot write " + dir.file("s") +
          ": Device or resource busy | hint: mount the folder of the store instead of the file, or "
          "choose another file with --store");
  CHECK(slurp(dir.file("s")) == kEmptyGrowth);
  CHECK(entries(dir.path()) == Names{"s"});
}

TEST_CASE("registry_file: a full disk leaves the store as it is, and no temporary file") {
  const TempDir dir;
  const std::string disk = dir.file("disk");
  std::filesystem::create_directory(disk);
  const SmallDisk mounted(disk);
  if (!mounted) {
    MESSAGE("skipped: this user may not mount a small file system");
    return;
  }
  const std::string path = disk + "/s";
  const std::string full = Json{{"version", 1}, {"note", std::string(40'000, 'x')}}.dump();
  spit(path, full);
  const std::string no_space =
      ": No space left on device | hint: free some space and try again; the store is unchanged";
  CHECK(error_of_adding(path) == "STORE_ERROR: cannot write " + path + no_space);
  CHECK(slurp(path) == full);
  CHECK(entries(disk) == Names{"s"});
  // A file created for a change that could not be written goes again.
  spit(disk + "/filler", std::string(65536, 'x'));
  CHECK(error_of_adding(disk + "/new") == "STORE_ERROR: cannot write " + disk + "/new" + no_space);
  CHECK(entries(disk) == Names{"filler", "s"});
}
#endif
