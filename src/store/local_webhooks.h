// The webhooks of the local store.
#pragma once

#include "domain/timestamp.h"
#include "store/registry.h"
#include "store/webhooks.h"

namespace slotflow {

class LocalWebhooks : public Webhooks {
 public:
  // `registry` must outlive this object. `now` is when new webhooks are created.
  LocalWebhooks(Registry& registry, Timestamp now) : registry_(registry), now_(now) {}

  std::vector<Webhook> list() override;
  Webhook add(const WantedWebhook& wanted) override;
  std::vector<Webhook> remove(const std::vector<std::string>& ids_or_urls) override;
  void remove_all(const std::function<void(const Webhook&)>& removed) override;

 private:
  Registry& registry_;
  Timestamp now_;
};

}  // namespace slotflow
