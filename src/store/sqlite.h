// SQLite's C interface with owners and exceptions, and no more of it than this program uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace slotflow {

// A call of SQLite that failed. The message is SQLite's.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }  // an extended result code
  // Returns whether the file is damaged, or is not a database. A statement that does not fit the
  // tables is a sign of it, too: this program has no others.
  bool is_corrupt() const;
  // Returns whether there is no space left.
  bool is_full() const;
  // Returns whether another connection held its lock for too long.
  bool is_busy() const;

 private:
  int code_;
};

class Database;

// A prepared statement. Parameters are numbered from 1, columns from 0. All functions throw
// SqliteError, or what Database::Wait threw. Belongs to the thread of its database.
class Statement {
 public:
  // `database` must outlive this object.
  Statement(const Database& database, std::string_view sql);

  // Each copies its value, and returns this object.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_bytes(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  template <typename T>
  Statement& bind(int parameter, const std::optional<T>& value) {
    return value ? bind(parameter, *value) : bind_null(parameter);
  }

  // Goes to the next row. Returns false if there is none; then the statement can be used again.
  bool step();
  // Runs a statement that returns no rows.
  void run();
  // Ends a statement whose rows were not all read. It can then be used again.
  void reset();

  bool is_null(int column) const;
  std::int64_t number(int column) const;
  std::string text(int column) const;       // or the bytes of a BLOB
  std::string_view view(int column) const;  // the same, valid until the next step
  std::optional<std::int64_t> optional_number(int column) const;
  std::optional<std::string> optional_text(int column) const;

 private:
  // Gives it back to the database, for the next one with this text.
  struct GiveBack {
    const Database* database;
    void operator()(sqlite3_stmt* statement) const;
  };

  void check(int code) const;

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, GiveBack> statement_;
};

// A connection to a database file that exists. Belongs to one thread at a time.
class Database {
 public:
  // Waits a little for the lock that another connection has. Returns false to give up. The argument
  // says how often it was called before for this lock. What it throws, the statement throws.
  using Wait = std::function<bool(int calls)>;

  enum class Access {
    write,
    read,       // of a file whose log another connection has left, with its index
    immutable,  // without locks and without a log: nobody may change the file meanwhile
  };

  // Throws SqliteError if the file cannot be opened.
  Database(const std::string& path, Wait wait, Access access = Access::write);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Keeps the statement afterwards: to prepare one can take longer than to run it.
  Statement prepare(std::string_view sql) const { return {*this, sql}; }
  // Runs statements that return nothing of interest.
  void run(const std::string& sql) const;
  // Ends the transaction, and undoes what it has changed.
  void roll_back() const;
  // Returns the first column of the first row.
  std::int64_t number(std::string_view sql) const;
  std::string text(std::string_view sql) const;
  std::int64_t last_row() const;  // that was inserted

  // Returns the first bytes of the file, at most `size`, without a lock and as they are: what they
  // mean may be in a journal beside it. (Opening the file again would not do: closing any of its
  // descriptors ends all locks that this process has on it.)
  std::string first_bytes(std::size_t size) const;
  std::int64_t file_size() const;
  // Closing the last connection leaves the files as they are. Else it would move what is in a
  // journal beside the database into it, and remove the journal.
  void keep_journal() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using KeptStatement = std::unique_ptr<sqlite3_stmt, Finalize>;
  friend class Statement;
  KeptStatement take(std::string_view sql) const;
  void keep(KeptStatement statement) const;
  static int call_wait(void* self, int calls);
  [[noreturn]] void throw_error() const;

  Wait wait_;
  mutable std::exception_ptr wait_error_;
  std::unique_ptr<sqlite3, Close> connection_;
  // By their text; nobody uses them at the moment.
  mutable std::map<std::string, KeptStatement, std::less<>> kept_;
};

// While it exists, all statements see the database as it was at the first of them.
class ReadTransaction {
 public:
  explicit ReadTransaction(const Database& database);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  const Database& database_;
};

// Begins with the lock for writing, so that it never fails half-way for want of it. Rolls back
// unless commit() was called.
class WriteTransaction {
 public:
  explicit WriteTransaction(const Database& database);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  void commit();

 private:
  const Database& database_;
  bool committed_ = false;
};

}  // namespace slotflow
