#include "store/sqlite.h"

#include <utility>

#include <sqlite3.h>

namespace slotflow {

namespace {

constexpr int kPrimaryCode = 0xff;  // of an extended result code

Duration since(SteadyTime start) {
  return std::chrono::floor<Duration>(steady_now() - start);
}

[[noreturn]] void throw_error(sqlite3* connection) {
  throw SqliteError(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection));
}

}  // namespace

bool SqliteError::is_corrupt() const {
  const int primary = code_ & kPrimaryCode;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool SqliteError::is_full() const {
  return (code_ & kPrimaryCode) == SQLITE_FULL;
}

bool SqliteError::is_busy() const {
  const int primary = code_ & kPrimaryCode;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK) {
    throw_error(database);
  }
  statement_.reset(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) throw_error(sqlite3_db_handle(statement_.get()));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // A null pointer would be NULL, also with the length 0.
  const char* bytes = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_bytes(int parameter, std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_.get(), parameter, bytes.empty() ? "" : bytes.data(),
                            bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3* connection = sqlite3_db_handle(statement_.get());
    const SqliteError error(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection));
    reset();
    throw error;
  }
  reset();
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // repeats the error of the last step
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> Statement::optional_number(int column) const {
  return is_null(column) ? std::nullopt : std::optional(number(column));
}

std::optional<std::string> Statement::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Database::Database(const std::string& path, Access access, Wait wait) : wait_(std::move(wait)) {
  sqlite3* connection = nullptr;
  const int flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  connection_.reset(connection);
  if (connection == nullptr) throw SqliteError(code, "out of memory");
  if (code != SQLITE_OK) throw_error(connection);
  if (wait_) sqlite3_busy_handler(connection, &call_wait, this);
  // What is in the file never runs code, and statements cannot damage its structure.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

int Database::call_wait(void* self, int calls) {
  auto* database = static_cast<Database*>(self);
  if (calls == 0) database->waiting_since_ = steady_now();
  try {
    return database->wait_(since(database->waiting_since_)) ? 1 : 0;
  } catch (...) {  // must not pass through SQLite's code
    return 0;
  }
}

void Database::run(const std::string& sql) const {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw_error(connection_.get());
  }
}

void Database::roll_back() const {
  try {
    run("ROLLBACK");
  } catch (const SqliteError&) {
    // Some errors have rolled back already.
  }
}

void Database::keep_log(bool keeps) const {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps ? 1 : 0, nullptr);
}

std::int64_t Database::number(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.step() ? statement.text(0) : "";
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(connection_.get());
}

ReadTransaction::ReadTransaction(const Database& database) : database_(database) {
  database_.run("BEGIN");
}

ReadTransaction::~ReadTransaction() {
  database_.roll_back();
}

WriteTransaction::WriteTransaction(const Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (!committed_) database_.roll_back();
}

void WriteTransaction::commit() {
  database_.run("COMMIT");
  committed_ = true;
}

}  // namespace slotflow
