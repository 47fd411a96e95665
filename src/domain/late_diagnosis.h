// A diagnosis that is made when it is shown: it takes too long for the event loop.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/signature.h"

namespace slotflow {

// Larger bodies are not diagnosed: dozens of forms of the body are hashed for each secret.
inline constexpr std::size_t kMaxDiagnosedBody = 64UL * 1024;  // bytes
inline constexpr std::size_t kMaxDiagnosedSecrets = 4;

// Thread-safe: two outputs may show the same request.
class LateDiagnosis {
 public:
  // At most kMaxDiagnosedSecrets of `secrets` are tried.
  explicit LateDiagnosis(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
    if (secrets_.size() > kMaxDiagnosedSecrets) secrets_.resize(kMaxDiagnosedSecrets);
  }

  // Returns what diagnose_signature() says, or a sentence if `body` is too large. Call it with the
  // header and body of one request only: the first result is kept.
  std::optional<std::string> of(std::string_view header, std::string_view body) const {
    const std::lock_guard lock(mutex_);
    if (!made_) {
      text_ = body.size() <= kMaxDiagnosedBody
                  ? diagnose_signature(header, body, secrets_)
                  : "not made for a body over 64 KiB; slotflow-hooks verify makes it";
      made_ = true;
    }
    return text_;
  }

 private:
  std::vector<std::string> secrets_;
  mutable std::mutex mutex_;
  mutable bool made_ = false;  // guarded by mutex_, as is text_
  mutable std::optional<std::string> text_;
};

}  // namespace slotflow
