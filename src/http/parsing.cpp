#include "http/parsing.h"

namespace slotflow::http {

std::string size_text(std::size_t bytes) {
  if (bytes == 0 || bytes % 1024 != 0) return std::to_string(bytes) + " bytes";
  return std::to_string(bytes / 1024) + " KiB";
}

}  // namespace slotflow::http
