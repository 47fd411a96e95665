// The page of the inspector: one document with its style and its script.
#pragma once

#include <string>

namespace slotflow {

struct Page {
  std::string html;
  std::string script_hash;  // "sha256-...", as a source of a Content-Security-Policy
  std::string style_hash;
};

// Returns the page with `token`, which consists of letters, digits and dashes. Throws
// Error{io_error} if OpenSSL fails.
Page make_page(const std::string& token);

}  // namespace slotflow
