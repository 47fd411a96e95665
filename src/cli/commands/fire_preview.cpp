#include "cli/commands/fire_options.h"
#include "http/reader.h"
#include "http/writer.h"
#include "report/curl_command.h"
#include "report/deliveries.h"

namespace slotflow {

namespace {

RequestPreview preview_of(const FireOptions& options, const Request& request) {
  // Shows what a receiver reads from the bytes.
  http::Reader reader(http::Reader::Role::request);
  reader.feed(http::request_head(request));
  const http::Head& head = reader.head();
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
      context.output.show(preview_of(options, request));
    }
  }
}

}  // namespace slotflow
