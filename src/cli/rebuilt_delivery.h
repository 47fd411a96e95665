// Makes a delivery again from what the history has kept of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "domain/webhook.h"
#include "send/delivery.h"

namespace slotflow {

// What the history does not have.
struct Unkept {
  std::vector<Webhook> webhooks;           // of the store
  std::optional<std::string> secret = {};  // of --secret and the like
  std::vector<Header> headers = {};        // of --header
  std::string secret_source = {};          // the option or variable that has given the secret
};

// Returns the delivery with its id, its payload, and its next attempt to come. Throws
// Error{not_found} if its webhook is gone, and Error{usage} if it needs a secret or a header that
// is not among `unkept`.
Delivery rebuild(const DeliveryDetails& details, const Unkept& unkept);

// Applies --speed: the time of the next attempt moves, too.
void change_speed(Delivery& delivery, double speed);

}  // namespace slotflow
