#include "receive/secret_source.h"

#include <utility>

#include <sys/stat.h>

#include "domain/error.h"
#include "system/platform.h"

namespace slotflow {

SecretSource::SecretSource(std::vector<std::string> secrets)
    : secrets_(std::make_shared<const SecretList>(std::move(secrets))) {}

SecretSource::SecretSource(const Registry& registry, Warn warn)
    : registry_(&registry), warn_(std::move(warn)), mark_(mark()), secrets_(load()) {}

SecretSource::FileMark SecretSource::mark() const {
  struct stat status{};
  if (::stat(registry_->path().c_str(), &status) != 0) return {};
  const timespec modified = modification_time(status);
  return {static_cast<long long>(status.st_ino), status.st_size, modified.tv_sec, modified.tv_nsec};
}

SecretSource::Secrets SecretSource::load() const {
  auto secrets = std::make_shared<SecretList>();
  for (const Webhook& webhook : registry_->read().webhooks) {
    if (webhook.active) secrets->add(webhook);
  }
  return secrets;
}

SecretSource::Secrets SecretSource::current(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (registry_ == nullptr) return secrets_;
  const FileMark found = mark();
  const bool again = failed_ && now - *failed_ >= kRetry;
  if (found == mark_ && !again) return secrets_;
  mark_ = found;
  try {
    secrets_ = load();
    failed_.reset();
  } catch (const Error& error) {
    const bool is_new = !failed_;
    failed_ = now;
    if (is_new && warn_) {
      warn_(std::string(error.what()) + "; the secrets read before are still used");
    }
  }
  return secrets_;
}

}  // namespace slotflow
