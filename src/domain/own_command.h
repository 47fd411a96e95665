// How messages name another call of this program, to be copied.
#pragma once

#include <string>

#include "domain/quote.h"

namespace slotflow {

class OwnCommand {
 public:
  OwnCommand() = default;
  // `store`: the file of --store, which other calls use only if they get it, too; empty: none.
  explicit OwnCommand(const std::string& store)
      : options_(store.empty() ? "" : " --store " + file_argument(store)) {}

  // `url`: the value of --api, which other calls use only if they get it, too; empty: none.
  static OwnCommand with_api(const std::string& url) {
    OwnCommand command;
    if (!url.empty()) command.options_ = " --api " + shell_argument(url);
    return command;
  }

  // Returns "slotflow-hooks ", the words, and --store or --api if it was given.
  std::string operator()(const std::string& words) const {
    return "slotflow-hooks " + words + options_;
  }

 private:
  std::string options_;
};

}  // namespace slotflow
