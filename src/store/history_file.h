// The file of the history: its name, its creation, its format, and what becomes of a damaged one.
#pragma once

#include <memory>
#include <string>

#include "domain/error.h"
#include "domain/timestamp.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"

namespace slotflow {

// What a file outlives.
enum class Lasting {
  power_cut,
  process,  // each commit is faster without a wait for the disk
};

// Returns the path of the history beside a store: store.db for store.json, or the file that this is
// a symbolic link to. Throws Error{store_error} if links do not end.
std::string history_path(const std::string& store_path);

// Returns whether there is a file. Throws Error{store_error} if it is not a regular one.
bool history_exists(const std::string& path);

// Opens the history, and brings an older format to today's. Creates the file (mode 0600) and its
// directories if it is missing. A damaged file is moved aside, together with the files that SQLite
// keeps beside it; `wait.warn` says so, and an empty history takes its place. `now` names the moved
// files. While another process writes, this and all later statements wait, as `wait` says.
// Throws Error{store_error} if the file cannot be opened, has a later format or is something else,
// and Interrupted.
std::unique_ptr<Database> open_history(const std::string& path, Timestamp now, const LockWait& wait,
                                       Lasting lasting = Lasting::power_cut);

// Checks the whole file, after a sign of damage that opening alone did not find, and moves it aside
// if it is damaged. Then opens what is there. Must not be called while this process has it open.
std::unique_ptr<Database> reopen_history(const std::string& path, Timestamp now,
                                         const LockWait& wait,
                                         Lasting lasting = Lasting::power_cut);

// As open_history(), but returns null if there is no file.
std::unique_ptr<Database> open_existing_history(const std::string& path, Timestamp now,
                                                const LockWait& wait);

// Returns whether this process may change the file, and make others beside it, as SQLite does.
bool may_be_written(const std::string& path);

// As open_existing_history(), but if the file may not be written, it is only read, and no other is
// made. Throws Error{store_error} also if the file has an earlier format then, or a log that
// cannot be read there.
std::unique_ptr<Database> open_history_to_read(const std::string& path, Timestamp now,
                                               const LockWait& wait);

// Call it after a statement has found damage, with no connection to the file: if the file is
// damaged, moves it aside as open_history() does.
void move_damaged_aside(const std::string& path, Timestamp now, const LockWait& wait);

// Returns the error that says what SQLite could not do with the file.
Error history_error(const std::string& what, const std::string& path, const SqliteError& error);

}  // namespace slotflow
