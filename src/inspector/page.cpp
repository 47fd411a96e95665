#include "inspector/page.h"

#include <array>
#include <stdexcept>
#include <string_view>

#include <openssl/evp.h>

#include "domain/base64.h"
#include "domain/error.h"
#include "inspector/page_files.h"

namespace slotflow {

namespace {

std::string hash_source(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorCode::io_error, "cannot compute a SHA-256 hash with OpenSSL");
  }
  std::string bytes;
  for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(digest[i]);
  return "sha256-" + base64(bytes);
}

// Returns the position of what the page must have.
std::size_t position_of(std::string_view text, const std::string& html) {
  const std::size_t at = html.find(text);
  if (at == std::string::npos) throw std::logic_error("the page lacks a part");
  return at;
}

void put(std::string& html, std::string_view place, std::string_view text) {
  html.replace(position_of(place, html), place.size(), text);
}

// Returns what is between two tags: exactly that is hashed.
std::string between(const std::string& html, std::string_view begin, std::string_view end) {
  const std::size_t from = position_of(begin, html) + begin.size();
  return html.substr(from, html.find(end, from) - from);
}

}  // namespace

Page make_page(const std::string& token) {
  std::string script;
  for (const std::string_view module : kPageModules) script += module;
  Page page;
  page.html = kPageHtml;
  put(page.html, "<!-- style -->", kPageStyle);
  put(page.html, "/* modules */", script);
  put(page.html, "@TOKEN@", token);
  page.style_hash = hash_source(between(page.html, "<style>", "</style>"));
  page.script_hash = hash_source(between(page.html, "<script type=\"module\">", "</script>"));
  return page;
}

}  // namespace slotflow
