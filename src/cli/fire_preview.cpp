#include "cli/fire_options.h"
#include "engine/http_head.h"
#include "report/curl_command.h"

namespace slotflow {

namespace {

RequestPreview preview_of(const FireOptions& options, const Request& request) {
  const std::string wire = wire_bytes(request);
  const auto parsed = parse_head(wire.substr(0, head_end(wire)));
  const auto& head = std::get<HttpHead>(parsed);  // written by our own client
  RequestPreview shown{
      request.url.to_string(), head.method, head.target, head.headers, request.body, std::nullopt};
  if (options.curl)
    shown.curl = curl_command(request, {options.tls.insecure, options.tls.ca_file, {}});
  return shown;
}

}  // namespace

void preview(const FireOptions& options, const std::vector<Lane>& lanes, Context& context) {
  for (const Lane& lane : lanes) {
    for (const Delivery& delivery : lane) {
      const Request request = signed_request(delivery, context.clock.now());
      context.reporter->previewed(preview_of(options, request));
    }
  }
}

}  // namespace slotflow
