// Makes a delivery again from what the history has kept of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "domain/own_command.h"
#include "domain/url.h"
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

// Returns what is sent of a delivery that has ended: the same without its attempts. Throws
// Error{validation_error} if it is pending; `own_command` makes the command in the hint.
DeliveryDetails begun_anew(DeliveryDetails details, const OwnCommand& own_command);
// Sends it to another URL, signed with the secret of `unkept` or of the webhook with that URL, or
// not at all. Throws Error{usage} if it was to have a flaw in its signature, and has none now.
void send_elsewhere(DeliveryDetails& details, const Url& url, const Unkept& unkept);

// Applies --speed: the time of the next attempt moves, too.
void change_speed(Delivery& delivery, double speed);

}  // namespace slotflow
