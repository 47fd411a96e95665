#include "inspector/entries.h"

#include "domain/error.h"
#include "domain/quote.h"

namespace slotflow {

void throw_unknown_entry(const std::string& about, const std::string& id) {
  throw Error(ErrorCode::not_found,
              about + "there is no entry " + in_quotes(id) + ", or it is gone by now");
}

}  // namespace slotflow
