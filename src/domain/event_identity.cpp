#include "domain/event_identity.h"

#include <utility>

#include "domain/json_scanner.h"

namespace slotflow {

EventIdentity identity_in(std::string_view text, LoneSurrogate lone) {
  using Token = JsonScanner::Token;
  enum class Field { other, event, data, id };  // what the key names
  JsonScanner scanner(text);
  EventIdentity identity;
  Field field = Field::other;
  bool in_data = false;  // within the object "data" of the outermost
  for (;;) {
    const std::size_t depth = scanner.depth();
    const Token token = scanner.next();
    if (token == Token::bad) return {};
    if (token == Token::end) return identity;
    if (token == Token::object_end || token == Token::array_end) {
      in_data = in_data && scanner.depth() > 1;
      field = Field::other;
      continue;
    }
    if (token == Token::key) {
      field = Field::other;
      if (depth == 1 && scanner.is("event")) field = Field::event;
      if (depth == 1 && scanner.is("data")) field = Field::data;
      if (depth == 2 && in_data && scanner.is("id")) field = Field::id;
      continue;
    }
    std::optional<std::string> value;
    if (token == Token::string && field != Field::other) value = scanner.text(lone);
    if (field == Field::event) {
      identity.event = std::move(value);
    } else if (field == Field::id) {
      identity.booking_id = std::move(value);
    } else if (field == Field::data) {
      // A second "data" takes the place of the first, its id included.
      identity.booking_id.reset();
    }
    in_data = in_data || (field == Field::data && token == Token::object_begin);
    field = Field::other;
  }
}

}  // namespace slotflow
