#include "store/history_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/error.h"
#include "domain/quote.h"
#include "store/file_access.h"
#include "store/history_check.h"
#include "store/history_schema.h"
#include "system/interrupt.h"
#include "system/platform.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};  // sqlite.org/fileformat.html, 1.3
constexpr std::size_t kApplicationAt = 68;                   // in the same header
constexpr std::size_t kHeader = 100;                         // bytes of it
constexpr std::int64_t kPage = 4096;                         // bytes of SQLite's first page
constexpr std::array<const char*, 2> kJournals{"-wal", "-journal"};

// Makes an empty file, so that no other user can ever read what SQLite writes into it.
void create_file(const std::string& path) {
  make_directories(std::filesystem::path(path).parent_path().string());
  const UniqueFd file = open_without_waiting(path, O_RDWR | O_CREAT | O_EXCL);
  if (!file && errno != EEXIST) fail_with_file("create", path, errno);
}

// Returns whether SQLite has to finish with a file beside the database what it began.
bool has_journal(const std::string& path) {
  struct stat status{};
  return std::ranges::any_of(kJournals, [&](const char* suffix) {
    return ::stat((path + suffix).c_str(), &status) == 0 && status.st_size > 0;
  });
}

// Throws for a file of another program, before SQLite reads more of it. A history whose header is
// damaged passes if it can still be told from other files.
void expect_history(const Database& database, const std::string& path) {
  // SQLite takes a file of one byte for an empty one.
  std::error_code error;
  if (std::filesystem::file_size(path, error) == 0 && !error) return;
  const std::string header = database.first_bytes(kHeader);
  std::uint32_t application = 0;
  for (std::size_t i = 0; i < sizeof application && kApplicationAt + i < header.size(); ++i) {
    application = application << 8 | static_cast<unsigned char>(header[kApplicationAt + i]);
  }
  if (application == kHistoryApplication) return;
  // A database has no application yet while its tables are being made.
  if (header.starts_with(kMagic) && application == 0 &&
      (database.file_size() <= kPage || has_journal(path))) {
    return;
  }
  throw Error(ErrorCode::store_error,
              path + ": expected a history of slotflow-hooks, got another file",
              "choose another store with --store: its history is beside it");
}

Database::Wait wait_for_lock(const std::string& path, const LockWait& wait) {
  return [&wait, path, waited = Duration(0), told = false](int calls) mutable {
    constexpr Duration kQuiet = std::chrono::seconds(1);
    constexpr Duration kPause{5};
    if (calls == 0) waited = Duration(0);
    if (waited >= wait.limit) return false;
    if (waited >= kQuiet && !std::exchange(told, true)) {
      wait.warn("waiting for " + path + ", which another process has locked");
    }
    if (!wait.pause(kPause)) throw Interrupted();
    waited += kPause;
    return true;
  };
}

// In WAL mode, readers and the writer do not wait for each other, and a commit is one fsync. It
// needs memory that all processes share, which a network file system does not have
// (sqlite.org/wal.html).
void set_modes(const Database& database, const std::string& path, Lasting lasting) {
  // sqlite.org/pragma.html#pragma_synchronous
  database.run(lasting == Lasting::power_cut ? "PRAGMA synchronous = FULL"
                                             : "PRAGMA synchronous = OFF");
  const bool shares_memory = !is_on_network(path);
  try {
    database.text(shares_memory ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
  } catch (const SqliteError& error) {
    if (!error.is_busy()) throw;  // else another process is setting it
  }
  database.run("PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON");
}

void expect_known_format(const Database& database, const std::string& path) {
  const ReadTransaction transaction(database);  // another process may be making the tables
  const std::int64_t format = database.number("PRAGMA user_version");
  const std::int64_t application = database.number("PRAGMA application_id");
  const bool is_empty = database.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (application != kHistoryApplication && !is_empty) {
    throw Error(ErrorCode::store_error,
                path + ": expected a history of slotflow-hooks, got another database",
                "choose another store with --store: its history is beside it");
  }
  if (format < 0 || format > kHistoryFormat) {
    throw Error(ErrorCode::store_error,
                path + ": expected a history of format " + std::to_string(kHistoryFormat) +
                    " or earlier, got format " + std::to_string(format),
                "use the version of slotflow-hooks that wrote it, or choose another store with "
                "--store");
  }
}

std::unique_ptr<Database> open_sound(const std::string& path, const LockWait& wait,
                                     Lasting lasting) {
  if (::access(path.c_str(), R_OK) != 0) fail_with_file("read", path, errno);
  auto database = std::make_unique<Database>(path, wait_for_lock(path, wait));
  expect_history(*database, path);
  try {
    expect_known_format(*database, path);
    set_modes(*database, path, lasting);
    migrate_history(*database);
  } catch (const SqliteError&) {
    database->keep_journal();
    throw;
  }
  return database;
}

std::unique_ptr<Database> open_unchanged(const std::string& path, bool has_log,
                                         const LockWait& wait) {
  if (::access(path.c_str(), R_OK) != 0) fail_with_file("read", path, errno);
  auto database =
      std::make_unique<Database>(path, wait_for_lock(path, wait),
                                 has_log ? Database::Access::read : Database::Access::immutable);
  expect_history(*database, path);
  expect_known_format(*database, path);
  const std::int64_t format = database->number("PRAGMA user_version");
  if (format != kHistoryFormat) {
    throw Error(ErrorCode::store_error,
                path + " has format " + std::to_string(format) +
                    ", and may not be written, to bring it to format " +
                    std::to_string(kHistoryFormat),
                "run 'slotflow-hooks deliveries' once as a user who may write it");
  }
  database->run("PRAGMA cell_size_check = ON");
  return database;
}

bool is_damaged(const std::string& path, const LockWait& wait) {
  try {
    const auto database = open_sound(path, wait, Lasting::power_cut);
    if (is_intact(*database)) return false;
    database->keep_journal();
    return true;
  } catch (const SqliteError& error) {
    if (!error.is_corrupt()) throw;
    return true;
  }
}

}  // namespace

void move_damaged_aside(const std::string& path, Timestamp now, const LockWait& wait) {
  // The lock of the folder: only one process at a time decides.
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd lock = open_without_waiting(folder.empty() ? "." : folder, O_RDONLY);
  const Database::Wait again = wait_for_lock(folder, wait);
  for (int calls = 0;
       lock && uninterrupted([&] { return ::flock(lock.get(), LOCK_EX | LOCK_NB); }) != 0;
       ++calls) {
    if (errno != EWOULDBLOCK || !again(calls)) fail_with_file("lock", folder, errno);
  }
  struct stat status{};
  if (!find_regular(path, status) || !is_damaged(path, wait)) return;
  std::string time = to_iso8601(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::string aside = path + ".corrupt-" + time;
  for (int i = 2; ::lstat(aside.c_str(), &status) == 0; ++i) {
    aside = path + ".corrupt-" + time + "-" + std::to_string(i);  // two within a millisecond
  }
  constexpr std::array<const char*, 4> kSuffixes{"", "-wal", "-shm", "-journal"};
  for (const char* suffix : kSuffixes) {
    if (::rename((path + suffix).c_str(), (aside + suffix).c_str()) == 0 || errno == ENOENT) {
      continue;
    }
    fail_with_file("move aside", path + suffix, errno);
  }
  wait.warn(path + " is damaged: it is now " + aside + ", and a new history begins");
}

std::string history_path(const std::string& store_path) {
  constexpr std::string_view kJson = ".json";
  const bool is_json = store_path.ends_with(kJson);
  // Its locks and the files beside it have names of their own: it must have one, too.
  return follow_links(store_path.substr(0, store_path.size() - (is_json ? kJson.size() : 0)) +
                      ".db");
}

Error history_error(const std::string& what, const std::string& path, const SqliteError& error) {
  const std::string hint =
      error.is_full() ? "free some space, and try again"
      : error.is_busy()
          ? "find the process that uses it with 'fuser " + shell_argument(path) + "', and end it"
      : error.is_corrupt()
          ? may_be_written(path)
                ? "try again: what is damaged is moved aside; if the error stays, move the file "
                  "away"
                : "run 'slotflow-hooks deliveries' as a user who may write it: what is damaged is "
                  "moved aside"
          : "choose a store that you may read and write with --store";
  return {ErrorCode::store_error, "cannot " + what + " " + path + ": " + error.what(), hint};
}

std::unique_ptr<Database> open_history(const std::string& path, Timestamp now, const LockWait& wait,
                                       Lasting lasting) {
  try {
    struct stat status{};
    if (!find_regular(path, status)) create_file(path);
    try {
      return open_sound(path, wait, lasting);
    } catch (const SqliteError& error) {
      if (!error.is_corrupt()) throw;
    }
    move_damaged_aside(path, now, wait);
    create_file(path);
    return open_sound(path, wait, lasting);
  } catch (const SqliteError& error) {
    throw history_error("open", path, error);
  }
}

std::unique_ptr<Database> reopen_history(const std::string& path, Timestamp now,
                                         const LockWait& wait, Lasting lasting) {
  try {
    move_damaged_aside(path, now, wait);
  } catch (const SqliteError& error) {
    throw history_error("check", path, error);
  }
  return open_history(path, now, wait, lasting);
}

bool history_exists(const std::string& path) {
  struct stat status{};
  return find_regular(path, status);
}

std::unique_ptr<Database> open_existing_history(const std::string& path, Timestamp now,
                                                const LockWait& wait) {
  return history_exists(path) ? open_history(path, now, wait) : nullptr;
}

bool may_be_written(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return ::access(path.c_str(), W_OK) == 0 &&
         ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
}

std::unique_ptr<Database> open_history_to_read(const std::string& path, Timestamp now,
                                               const LockWait& wait) {
  struct stat status{};
  if (!find_regular(path, status)) return nullptr;
  if (may_be_written(path)) return open_history(path, now, wait);
  // An empty log with its index is a sign that the file may change.
  struct stat beside{};
  const bool is_open = ::stat((path + "-wal").c_str(), &beside) == 0 &&
                       ::stat((path + "-shm").c_str(), &beside) == 0;
  const bool has_log = is_open || has_journal(path);
  if (status.st_size == 0 && !has_log) return nullptr;
  try {
    return open_unchanged(path, has_log, wait);
  } catch (const SqliteError& error) {
    if (!has_log || error.is_corrupt()) throw history_error("open", path, error);
    throw Error(ErrorCode::store_error,
                "cannot read " + path +
                    ": its last changes are in files beside it, and their "
                    "folder may not be written",
                "copy " + file_argument(path) +
                    "* to a folder that you may write, and name a "
                    "store there with --store");
  }
}

}  // namespace slotflow
