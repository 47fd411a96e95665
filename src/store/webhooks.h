// The webhooks of an organisation, wherever it is: in the local store, or at Slotflow.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/webhook.h"

namespace slotflow {

struct WantedWebhook {
  std::string url;  // normalized
  std::vector<Event> events;
  std::optional<std::string> secret = {};  // nullopt: a new one
};

// Not thread-safe. Every call asks again. Each throws Error{validation_error}, {limit_reached} and
// {not_found} where Slotflow's rules refuse, and another Error if it cannot be done.
class Webhooks {
 public:
  Webhooks() = default;
  virtual ~Webhooks() = default;
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  virtual std::vector<Webhook> list() = 0;
  // Returns the new webhook, with its secret. Throws Error{usage} if a secret is wanted and only
  // Slotflow can make one.
  virtual Webhook add(const WantedWebhook& wanted) = 0;
  // Removes webhooks and returns them: all or none. Each item is an id, a unique prefix of an id
  // (at least 4 characters) or a URL. Throws Error{usage} for several webhooks if all or none is
  // not possible.
  virtual std::vector<Webhook> remove(const std::vector<std::string>& ids_or_urls) = 0;
  // Removes all, and calls `removed` for each as soon as it is.
  virtual void remove_all(const std::function<void(const Webhook&)>& removed) = 0;
};

}  // namespace slotflow
