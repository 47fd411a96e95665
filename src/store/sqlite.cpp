#include "store/sqlite.h"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "domain/hex.h"
#include "store/row_sum.h"

namespace slotflow {

namespace {

constexpr std::size_t kKeptStatements = 64;
constexpr int kPrimaryCode = 0xff;  // of an extended result code

sqlite3_file* file_of(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file;
}

// Returns a URI for the file (sqlite.org/uri.html).
std::string immutable_uri(const std::string& path) {
  constexpr std::string_view kSpecial = "%?#";
  std::string uri = path.starts_with('/') ? "file:" : "file:./";
  for (const char c : path) {
    if (kSpecial.find(c) == std::string_view::npos) {
      uri += c;
    } else {
      uri += '%';
      append_hex(uri, static_cast<unsigned char>(c), 2);
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

bool SqliteError::is_corrupt() const {
  const int primary = code_ & kPrimaryCode;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_ERROR;
}

bool SqliteError::is_full() const {
  return (code_ & kPrimaryCode) == SQLITE_FULL;
}

bool SqliteError::is_busy() const {
  const int primary = code_ & kPrimaryCode;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
}

void Statement::GiveBack::operator()(sqlite3_stmt* statement) const {
  database->keep(Database::KeptStatement(statement));
}

Statement::Statement(const Database& database, std::string_view sql)
    : database_(database), statement_(database.take(sql).release(), GiveBack{&database}) {}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_.throw_error();
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
    try {
      database_.throw_error();
    } catch (...) {
      reset();
      throw;
    }
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
  return std::string(view(column));
}

std::string_view Statement::view(int column) const {
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

void Database::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Database::KeptStatement Database::take(std::string_view sql) const {
  if (const auto found = kept_.find(sql); found != kept_.end()) {
    return std::move(kept_.extract(found).mapped());
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    throw_error();
  }
  return KeptStatement(statement);
}

void Database::keep(KeptStatement statement) const {
  sqlite3_reset(statement.get());
  sqlite3_clear_bindings(statement.get());  // they can be large
  if (kept_.size() >= kKeptStatements) return;
  const char* sql = sqlite3_sql(statement.get());
  if (sql != nullptr) kept_.try_emplace(sql, std::move(statement));
}

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Database::Database(const std::string& path, Wait wait, Access access) : wait_(std::move(wait)) {
  sqlite3* connection = nullptr;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  if (access == Access::immutable) flags |= SQLITE_OPEN_URI;
  // Some builds of SQLite take a name that begins so for a URI.
  const std::string name = access == Access::immutable ? immutable_uri(path)
                           : path.starts_with("file:") ? "./" + path
                                                       : path;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags, nullptr);
  connection_.reset(connection);
  if (connection == nullptr) throw SqliteError(code, "out of memory");
  if (code != SQLITE_OK) throw_error();
  if (wait_) sqlite3_busy_handler(connection, &call_wait, this);
  if (add_row_sum(connection) != SQLITE_OK) throw_error();
  // What is in the file never runs code, and statements cannot damage its structure.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

int Database::call_wait(void* self, int calls) {
  auto* database = static_cast<Database*>(self);
  try {
    return database->wait_(calls) ? 1 : 0;
  } catch (...) {  // must not pass through SQLite's code
    database->wait_error_ = std::current_exception();
    return 0;
  }
}

void Database::throw_error() const {
  if (wait_error_) std::rethrow_exception(std::exchange(wait_error_, nullptr));
  throw SqliteError(sqlite3_extended_errcode(connection_.get()), sqlite3_errmsg(connection_.get()));
}

void Database::run(const std::string& sql) const {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw_error();
  }
}

void Database::roll_back() const {
  try {
    run("ROLLBACK");
  } catch (const SqliteError&) {
    // Some errors have rolled back already.
  }
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

std::string Database::first_bytes(std::size_t size) const {
  size = std::min(size, static_cast<std::size_t>(file_size()));
  std::string bytes(size, '\0');
  sqlite3_file* file = file_of(connection_.get());
  const int code = file->pMethods->xRead(file, bytes.data(), static_cast<int>(size), 0);
  if (code != SQLITE_OK) throw SqliteError(code, sqlite3_errstr(code));
  return bytes;
}

std::int64_t Database::file_size() const {
  sqlite3_int64 size = 0;
  sqlite3_file* file = file_of(connection_.get());
  const int code = file->pMethods->xFileSize(file, &size);
  if (code != SQLITE_OK) throw SqliteError(code, sqlite3_errstr(code));
  return size;
}

void Database::keep_journal() const {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
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
