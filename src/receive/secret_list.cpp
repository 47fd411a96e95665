#include "receive/secret_list.h"

#include <algorithm>

#include "domain/ascii.h"
#include "http/head.h"

namespace slotflow {

namespace {

// Diagnosing an empty body takes about as long as one of this many bytes more.
constexpr std::size_t kEachDiagnosis = 4096;

// Returns the URL that the client of `request` used, as without_scheme() returns it.
std::string requested_url(const ReceivedRequest& request) {
  std::string host = lower_case(find_header(request.headers, "Host").value_or(""));
  for (const std::string_view default_port : {":80", ":443"}) {
    if (host.ends_with(default_port)) host.resize(host.size() - default_port.size());
  }
  return host + http::origin_form(request.path);
}

// Returns the numbers of the secrets to try first.
std::vector<std::size_t> likely_secrets(const ReceivedRequest& request, const std::string& own_url,
                                        const SecretList& known) {
  std::vector<std::size_t> numbers;
  for (const std::string& url : {requested_url(request), own_url}) {
    for (const std::size_t number : known.of_url(url)) {
      if (std::ranges::find(numbers, number) == numbers.end()) numbers.push_back(number);
      if (numbers.size() == kAlwaysTried) return numbers;
    }
  }
  return numbers;
}

std::vector<std::string> secrets_at(const std::vector<std::size_t>& numbers,
                                    const SecretList& known) {
  std::vector<std::string> secrets;
  for (const std::size_t number : numbers) secrets.push_back(known.all()[number]);
  return secrets;
}

}  // namespace

std::size_t secrets_to_try(std::size_t body_bytes) {
  // A hash of nothing takes about as long as one of this many bytes more.
  constexpr std::size_t kEachHash = 2048;
  return std::max(kMaxHashed / (body_bytes + kEachHash), kAlwaysTried);
}

std::size_t diagnosis_cost(std::size_t body_bytes, std::size_t secrets) {
  return body_bytes > kMaxDiagnosedBody ? 0 : secrets * (body_bytes + kEachDiagnosis);
}

std::string without_scheme(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return std::string(scheme == std::string_view::npos ? url : url.substr(scheme + 3));
}

void SecretList::add(const Webhook& webhook) {
  by_url_[without_scheme(webhook.url)].push_back(secrets_.size());
  secrets_.push_back(webhook.signing_secret);
  webhook_ids_.push_back(webhook.id);
}

std::span<const std::size_t> SecretList::of_url(const std::string& without_scheme) const {
  const auto found = by_url_.find(without_scheme);
  return found == by_url_.end() ? std::span<const std::size_t>() : found->second;
}

SignatureCheck verify_request(const ReceivedRequest& request, const std::string& own_url,
                              const SecretList& known, Duration tolerance) {
  const auto header = find_header(request.headers, kSignatureHeader);
  const auto check_with = [&](std::span<const std::string> secrets) {
    return check_signature(header, request.body, secrets, request.at, tolerance);
  };
  const std::vector<std::size_t> likely = likely_secrets(request, own_url, known);
  if (!likely.empty()) {
    SignatureCheck check = check_with(secrets_at(likely, known));
    check.secret = likely[check.secret];
    if (check.verdict != SignatureVerdict::invalid) return check;
  }
  const std::span<const std::string> all = known.all();
  const std::size_t tried = std::min(secrets_to_try(request.body.size()), all.size());
  SignatureCheck check = check_with(all.first(tried));
  if (check.verdict == SignatureVerdict::invalid && tried < all.size()) {
    check.reason = "v1 does not match the body, t and any of the " + std::to_string(tried) +
                   " of " + std::to_string(all.size()) +
                   " secrets that are tried for a body of this size";
  }
  return check;
}

std::vector<std::string> secrets_to_diagnose(const ReceivedRequest& request,
                                             const std::string& own_url, const SecretList& known) {
  const std::size_t by_size = kMaxDiagnosedBody / std::max(request.body.size(), kEachDiagnosis);
  const std::size_t most = std::clamp<std::size_t>(by_size, 1, kMaxDiagnosedSecrets);
  std::vector<std::size_t> numbers = likely_secrets(request, own_url, known);
  for (std::size_t i = 0; i < known.all().size() && numbers.size() < most; ++i) {
    if (std::ranges::find(numbers, i) == numbers.end()) numbers.push_back(i);
  }
  if (numbers.size() > most) numbers.resize(most);
  return secrets_at(numbers, known);
}

}  // namespace slotflow
