#include "cli/request_preview.h"

#include "http/reader.h"
#include "http/writer.h"
#include "report/curl_command.h"

namespace slotflow {

RequestPreview preview_of(const Delivery& delivery, const TlsOptions& tls, bool as_curl,
                          Timestamp now) {
  const Request request = signed_request(delivery, now);
  // Shows what a receiver reads from the bytes.
  http::Reader reader(http::Reader::Role::request);
  reader.feed(http::request_head(request));
  const http::Head& head = reader.head();
  RequestPreview shown{
      request.url.to_string(), head.method, head.target, head.headers, request.body, std::nullopt};
  if (as_curl) shown.curl = curl_command(request, {tls, {}});
  return shown;
}

}  // namespace slotflow
