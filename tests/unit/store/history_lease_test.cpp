#include "store/history_lease.h"

#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/child.h"
#include "support/entries.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("history_lease: its owner is alive for as long as it exists") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  std::string owner;
  {
    const HistoryLease lease(path);
    owner = lease.owner();
    CHECK(HistoryLease(path).owner() != owner);
    CHECK(HistoryLease::is_alive(path, owner));
    CHECK(HistoryLease::is_alive(path, owner));  // asking changes nothing
    CHECK(entries(dir.path()) == std::set<std::string>{"store.db-owner-" + owner});
    struct stat status{};
    REQUIRE(::stat((path + "-owner-" + owner).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
  CHECK_FALSE(HistoryLease::is_alive(path, owner));
  CHECK(entries(dir.path()).empty());
}

TEST_CASE("history_lease: a killed owner is dead, and leaves nothing") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  Child child([&](int out) {
    const HistoryLease lease(path);
    write_text(out, lease.owner() + "\n");
    for (;;) ::pause();
  });
  std::string owner;
  REQUIRE(child.read_byte());
  const std::set<std::string> names = entries(dir.path());
  REQUIRE(names.size() == 1);
  owner = names.begin()->substr(std::string("store.db-owner-").size());
  CHECK(HistoryLease::is_alive(path, owner));
  child.stop(SIGKILL);
  CHECK(entries(dir.path()).size() == 1);
  CHECK_FALSE(HistoryLease::is_alive(path, owner));
  CHECK(entries(dir.path()).empty());
}

TEST_CASE("history_lease: an owner that nobody knows is dead") {
  const TempDir dir;
  CHECK_FALSE(HistoryLease::is_alive(dir.file("store.db"), ""));
  CHECK_FALSE(HistoryLease::is_alive(dir.file("store.db"), "somebody"));
  CHECK_FALSE(HistoryLease::is_alive(dir.file("no/store.db"), "somebody"));
}

TEST_CASE("history_lease: an owner's name that is a path removes no other file") {
  const TempDir dir;
  spit(dir.file("precious"), "x");
  ::mkdir(dir.file("store.db-owner-x").c_str(), 0700);
  HistoryLease::is_alive(dir.file("store.db"), "x/../precious");
  CHECK(slurp(dir.file("precious")) == "x");
}

TEST_CASE("history_lease: a folder that cannot be written is an error") {
  const TempDir dir;
  const std::string error = thrown([&] { HistoryLease{dir.file("no/store.db")}; });
  CHECK(error.starts_with("STORE_ERROR: cannot create " + dir.file("no/store.db-owner-")));
  CHECK(error.ends_with(": No such file or directory"));
}
