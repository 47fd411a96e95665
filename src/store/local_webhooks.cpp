#include "store/local_webhooks.h"

#include "system/entropy.h"

namespace slotflow {

std::vector<Webhook> LocalWebhooks::list() {
  return registry_.read().webhooks;
}

Webhook LocalWebhooks::add(const WantedWebhook& wanted) {
  const std::string secret = wanted.secret ? *wanted.secret : new_signing_secret();
  return registry_.add({wanted.url, wanted.events, secret}, now_);
}

std::vector<Webhook> LocalWebhooks::remove(const std::vector<std::string>& ids_or_urls) {
  return registry_.remove(ids_or_urls);
}

void LocalWebhooks::remove_all(const std::function<void(const Webhook&)>& removed) {
  for (const Webhook& webhook : registry_.remove_all()) removed(webhook);
}

}  // namespace slotflow
