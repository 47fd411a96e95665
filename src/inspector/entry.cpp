#include "inspector/entry.h"

#include "domain/utf8.h"
#include "report/json_line.h"
#include "report/json_parts.h"

namespace slotflow {

namespace {

template <typename Name>
void append_name(JsonLine& line, std::string_view field, const std::optional<Name>& name) {
  if (name) {
    line.text(field, to_string(*name));
  } else {
    line.null(field);
  }
}

// A list must stay small, whatever a sender calls an event.
std::string shortened(const std::string& text) {
  constexpr std::size_t kLongest = 500;  // bytes
  return text.size() <= kLongest ? text : std::string(utf8_prefix(text, kLongest)) + "\u2026";
}

std::optional<std::string> shortened(const std::optional<std::string>& text) {
  return text ? std::optional(shortened(*text)) : std::nullopt;
}

}  // namespace

std::string to_json(const EntryRow& row) {
  std::string out;
  JsonLine line(out);
  line.text("id", row.id)
      .text("kind", row.is_delivery ? "delivery" : "request")
      .number("n", static_cast<std::int64_t>(row.n))
      .text("at", to_iso8601(row.at))
      .text("method", shortened(row.method))
      .text("path", shortened(row.path))
      .text_or_null("event", shortened(row.event))
      .text_or_null("booking_id", shortened(row.booking_id))
      .text("who", row.webhook_id);
  if (row.status) {
    line.number("status", *row.status);
  } else {
    line.null("status");
  }
  line.text_or_null("error", row.error);
  if (row.duration) {
    line.raw("duration_ms") += to_line(milliseconds(*row.duration));
  } else {
    line.null("duration_ms");
  }
  append_name(line, "signature", row.signature);
  line.boolean("duplicate", row.duplicate).number("attempt", row.attempt);
  line.boolean("failed", row.failed);
  append_name(line, "state", row.state);
  line.boolean("pinned", row.pinned);
  if (row.is_delivery && row.bytes == 0) {  // read with its details only
    line.null("bytes");
  } else {
    line.number("bytes", static_cast<std::int64_t>(row.bytes));
  }
  line.end();
  return out;
}

}  // namespace slotflow
