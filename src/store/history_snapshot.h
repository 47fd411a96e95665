// Several threads that read a history as it was at one time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "store/sqlite.h"

namespace slotflow {

// Connections to a file, each in a transaction, which all see the same. Each is for one thread.
class HistorySnapshot {
 public:
  // `database` is a connection to the file `path`, and not in a transaction. There are `wanted`
  // connections, or one if other processes write all the time. Throws SqliteError.
  HistorySnapshot(const Database& database, const std::string& path, std::size_t wanted);

  std::size_t size() const { return views_.size(); }
  const Database& operator[](std::size_t i) const { return *views_[i].database; }

 private:
  struct View {
    std::unique_ptr<Database> database;
    std::unique_ptr<ReadTransaction> transaction;
  };

  void open(const std::string& path, std::size_t count);

  std::vector<View> views_;
};

}  // namespace slotflow
