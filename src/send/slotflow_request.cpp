#include "send/slotflow_request.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/version.h"
#include "http/writer.h"

namespace slotflow {

std::vector<Header> slotflow_headers(const std::vector<Header>& added,
                                     const std::optional<std::string>& signature) {
  struct Own {
    std::string_view name;
    std::optional<std::string> value;
  };
  const Own own[] = {
      {"Host", std::nullopt},
      {"Content-Type", "application/json"},
      {"User-Agent", "slotflow-hooks/" + std::string(kVersion)},
      {kSignatureHeader, signature},
  };
  std::vector<Header> headers;
  std::vector<Header> rest = added;
  for (const Own& ours : own) {
    const auto replaced = std::ranges::find_if(
        rest, [&](const Header& header) { return same_without_case(header.name, ours.name); });
    if (replaced != rest.end()) {
      headers.push_back(std::move(*replaced));
      rest.erase(replaced);
    } else if (ours.value) {
      headers.push_back({std::string(ours.name), *ours.value});
    }
  }
  headers.insert(headers.end(), rest.begin(), rest.end());
  return headers;
}

std::string wire_bytes(const Request& request) {
  return http::request_head(request) + request.body.str();
}

}  // namespace slotflow
