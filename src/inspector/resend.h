// Sends the request of an entry again.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "domain/delivery.h"
#include "domain/signing.h"
#include "domain/timestamp.h"
#include "domain/url.h"
#include "inspector/entry.h"
#include "system/interrupt.h"

namespace slotflow {

// Returns the secret to sign with for `url`, if possible that of the webhook with this id, which
// may be empty; nullopt if no secret is known.
using SecretFor =
    std::function<std::optional<std::string>(const std::string& webhook_id, const Url& url)>;

// Throws Error{not_found}: no secret is known to sign with.
[[noreturn]] void throw_unknown_secret();

// What is other than it was.
struct ResendWish {
  std::optional<std::string> payload = {};
  std::optional<std::string> url = {};
  Tamper tamper = Tamper::none;
};

// Returns the request, signed at `now`; its other headers are those that came. Throws Error{usage}
// for a URL that is not valid, Error{validation_error} if the request was not valid HTTP, and
// Error{not_found} if a secret is needed and none is known.
Request resent_request(const EntryContent& content, const ResendWish& wish,
                       const SecretFor& secret_for, Timestamp now);

// Returns the request as it was: its signature, too. Throws Error{validation_error} as above.
Request same_request(const EntryContent& content);

// A request that was sent again.
struct ResentEntry {
  Request request;
  Reply reply;
  std::optional<std::string> entry = {};  // id of the entry that it has become, if it is known
  std::string notice = {};                // what else went wrong; may be empty
};

// Sends the request of an entry again and waits for the response, until `interrupt` is triggered.
// Must be thread-safe. May throw Error.
using ResendEntry = std::function<ResentEntry(const EntryContent& content, const ResendWish& wish,
                                              Timestamp now, const Interrupt& interrupt)>;

// Sends it as resent_request() says, and keeps nothing of it. Throws what that throws, and
// Shortage.
ResentEntry resend_once(const EntryContent& content, const ResendWish& wish,
                        const SecretFor& secret_for, Timestamp now, const Interrupt& interrupt);

// Returns what a resend says, as JSON.
std::string resend_json(const ResentEntry& resent);

}  // namespace slotflow
