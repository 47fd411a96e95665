#include "receive/report_queue.h"

#include <optional>
#include <string>
#include <vector>

namespace slotflow {

namespace {

constexpr std::size_t kDiagnosis = 512;  // bytes, about

std::size_t memory_of(const std::vector<Header>& headers) {
  std::size_t bytes = headers.size() * sizeof(Header);
  for (const Header& header : headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

std::size_t memory_of(const std::optional<std::string>& text) {
  return text ? text->size() : 0;
}

}  // namespace

std::size_t memory_of(const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr) return reply.failure()->detail.size();
  return memory_of(response->headers) + response->body.size();
}

std::size_t memory_of(const ReceivedRequest& request) {
  return sizeof(ReceivedRequest) + request.method.size() + request.path.size() +
         memory_of(request.headers) + request.body.size() + memory_of(request.malformed) +
         memory_of(request.event) + memory_of(request.booking_id) +
         request.signature.reason.size() + request.webhook_id.size() +
         request.secret_command.size() + (request.diagnosis ? kDiagnosis : 0) +
         (request.forwarded ? memory_of(*request.forwarded) : 0);
}

}  // namespace slotflow
