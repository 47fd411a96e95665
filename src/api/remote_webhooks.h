// The webhooks of an organisation at Slotflow, or at `serve`. Every call, and every removal of
// remove_all(), has the whole deadline of the client.
#pragma once

#include <utility>

#include "api/client.h"
#include "domain/own_command.h"
#include "store/webhooks.h"

namespace slotflow {

class RemoteWebhooks : public Webhooks {
 public:
  // `own_command` makes the commands in hints.
  RemoteWebhooks(ApiClient client, OwnCommand own_command)
      : client_(std::move(client)), own_command_(std::move(own_command)) {}

  std::vector<Webhook> list() override;
  Webhook add(const WantedWebhook& wanted) override;
  std::vector<Webhook> remove(const std::vector<std::string>& ids_or_urls) override;
  void remove_all(const std::function<void(const Webhook&)>& removed) override;

 private:
  // Within the deadline of what has begun.
  std::vector<Webhook> registered();
  void remove_one(const Webhook& webhook);

  ApiClient client_;
  OwnCommand own_command_;
};

}  // namespace slotflow
