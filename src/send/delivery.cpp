#include "send/delivery.h"

#include "domain/signature.h"

namespace slotflow {

Request signed_request(const Delivery& delivery, Timestamp now) {
  Request request = delivery.request;
  SignedMessage message = sign_message(delivery.signing, request.body, now);
  request.body = std::move(message.body);
  const bool replaced = find_header(request.headers, kSignatureHeader).has_value();
  if (message.signature && !replaced) {
    request.headers.push_back({std::string(kSignatureHeader), *message.signature});
  }
  return request;
}

}  // namespace slotflow
