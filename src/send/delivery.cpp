#include "send/delivery.h"

#include "send/slotflow_request.h"

namespace slotflow {

Request signed_request(const Delivery& delivery, Timestamp now) {
  Request request = delivery.request;
  SignedMessage message = sign_message(delivery.signing, request.body, now);
  request.body = std::move(message.body);
  request.headers = slotflow_headers(delivery.request.headers, message.signature);
  return request;
}

}  // namespace slotflow
