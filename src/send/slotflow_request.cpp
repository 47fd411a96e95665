#include "send/slotflow_request.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/utf8.h"
#include "domain/version.h"
#include "http/writer.h"

namespace slotflow {

namespace {

constexpr std::size_t kOwnHeaders = 4;

}  // namespace

std::vector<Header> slotflow_headers(const std::vector<Header>& added,
                                     std::optional<std::string> signature) {
  static const std::string kUserAgent = "slotflow-hooks/" + std::string(kVersion);
  std::vector<Header> headers;
  headers.reserve(kOwnHeaders + added.size());
  std::vector<bool> placed(added.size());
  // Adds one of our headers, or the user's header of that name in its place.
  const auto put = [&](std::string_view name, std::optional<std::string> value) {
    for (std::size_t i = 0; i < added.size(); ++i) {
      if (placed[i] || !same_without_case(added[i].name, name)) continue;
      headers.push_back(added[i]);
      placed[i] = true;
      return;
    }
    if (value) headers.push_back({std::string(name), std::move(*value)});
  };
  put("Host", std::nullopt);
  put("Content-Type", "application/json");
  put("User-Agent", kUserAgent);
  put(kSignatureHeader, std::move(signature));
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (!placed[i]) headers.push_back(added[i]);
  }
  return headers;
}

void replace_signature(std::vector<Header>& headers, const std::vector<Header>& added,
                       std::string signature) {
  if (find_header(added, kSignatureHeader)) return;  // it took the place of ours
  const auto ours = std::ranges::find(headers, kSignatureHeader, &Header::name);
  if (ours != headers.end()) ours->value = std::move(signature);
}

RequestBytes request_bytes(const Request& request, bool keep_alive) {
  RequestBytes bytes;
  bytes.head = http::request_head(request, keep_alive);
  bytes.body = utf8_prefix(request.body, kRequestBodyKept);
  bytes.size = bytes.head.size() + request.body.size();
  return bytes;
}

}  // namespace slotflow
