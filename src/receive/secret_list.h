// The secrets that received signatures are verified with, found by the URL of a request.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/received.h"
#include "domain/webhook.h"

namespace slotflow {

// Of many secrets, as many are tried as can be hashed with the body without other requests waiting
// noticeably: this many bytes in total, and at least kAlwaysTried secrets.
inline constexpr std::size_t kMaxHashed = 32UL * 1024 * 1024;
inline constexpr std::size_t kAlwaysTried = 8;

// A flood of invalid signatures must not keep their lines from being written, so diagnoses cost at
// most this much in a second.
inline constexpr std::size_t kMaxDiagnosedPerSecond = 256UL * 1024;  // bytes

// Returns the cost of a diagnosis, as a number of bytes that are searched for mistakes. About 50
// times as many are hashed in all forms of the body, and at most 200 times, see longest_form().
std::size_t diagnosis_cost(std::size_t body_bytes, std::size_t secrets);

// Returns how many secrets are tried for a body of `body_bytes`.
std::size_t secrets_to_try(std::size_t body_bytes);

class SecretList {
 public:
  SecretList() = default;
  explicit SecretList(std::vector<std::string> secrets)
      : secrets_(std::move(secrets)), webhook_ids_(secrets_.size()) {}

  void add(const Webhook& webhook);

  bool empty() const { return secrets_.empty(); }
  const std::vector<std::string>& all() const { return secrets_; }
  // Returns the id of the webhook that has secret number `index`; empty if it was given.
  const std::string& webhook_id(std::size_t index) const { return webhook_ids_[index]; }
  // Returns the numbers of the secrets of the webhooks with this URL, without its scheme: behind a
  // proxy, the scheme of the request is another one.
  std::span<const std::size_t> of_url(const std::string& without_scheme) const;

 private:
  std::vector<std::string> secrets_;
  std::vector<std::string> webhook_ids_;  // in the order of secrets_
  std::unordered_map<std::string, std::vector<std::size_t>> by_url_;
};

// Verifies the signature of `request`, which must have its headers, body and time. Tries the
// secrets of the webhooks with the request's URL or with `own_url` first, and then the others in
// their order, as many as secrets_to_try() says. The check's `secret` is a number of `known`. Does
// not throw for any request.
SignatureCheck verify_request(const ReceivedRequest& request, const std::string& own_url,
                              const SecretList& known, Duration tolerance);

// Returns the secrets to diagnose `request` with, in the order in which they are tried: up to
// kMaxDiagnosedSecrets, and fewer for a large body.
std::vector<std::string> secrets_to_diagnose(const ReceivedRequest& request,
                                             const std::string& own_url, const SecretList& known);

// Returns `url` without "http://" or "https://".
std::string without_scheme(std::string_view url);

}  // namespace slotflow
