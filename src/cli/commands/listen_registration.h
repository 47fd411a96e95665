// listen --register: the receiver's URL in the store.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/listen_options.h"
#include "cli/context.h"
#include "domain/webhook.h"

namespace slotflow {

// The URL is registered for as long as this object lives. If it was registered before, it stays
// registered, and so its secret stays the same.
class ListenRegistration {
 public:
  // `given`: the secrets to verify with instead of the store's. The first of them becomes the
  // secret of a new webhook. Notices say what was done, and which secret a handler behind the
  // receiver needs. If a second of `signals` ends the program, it says what stays registered;
  // null: nothing does. Throws what Registry::read() and Registry::add() throw. `context` and
  // `signals` must outlive this object.
  ListenRegistration(Context& context, SignalsToInterrupt* signals, const std::string& url,
                     const ListenOptions& options, const std::vector<std::string>& given);
  ~ListenRegistration();
  ListenRegistration(const ListenRegistration&) = delete;
  ListenRegistration& operator=(const ListenRegistration&) = delete;

 private:
  void remove();

  Context& context_;
  SignalsToInterrupt* signals_;
  std::string temporary_id_;  // of the webhook to remove; empty if it stays
};

}  // namespace slotflow
