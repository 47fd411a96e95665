// How messages name another call of this program, to be copied.
#pragma once

#include <string>
#include <utility>

#include "domain/quote.h"

namespace slotflow {

class OwnCommand {
 public:
  OwnCommand() = default;
  // `store`: the file of --store, which other calls use only if they get it, too; empty: none.
  explicit OwnCommand(std::string store) : store_(std::move(store)) {}

  // Returns "slotflow-hooks ", the words, and --store if it was given.
  std::string operator()(const std::string& words) const {
    const std::string command = "slotflow-hooks " + words;
    return store_.empty() ? command : command + " --store " + file_argument(store_);
  }

 private:
  std::string store_;
};

}  // namespace slotflow
