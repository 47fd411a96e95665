#include "domain/event_identity.h"

#include <utility>

#include "domain/json_scanner.h"

namespace slotflow {

EventIdentity identity_in(std::string_view text, LoneSurrogate lone) {
  using Token = JsonScanner::Token;
  enum class Member { other, event, data, id };  // what the key names
  JsonScanner scanner(text);
  EventIdentity identity;
  Member member = Member::other;
  bool in_data = false;  // within the object "data" of the outermost
  for (;;) {
    const std::size_t depth = scanner.depth();
    const Token token = scanner.next();
    if (token == Token::bad) return {};
    if (token == Token::end) return identity;
    if (token == Token::object_end || token == Token::array_end) {
      in_data = in_data && scanner.depth() > 1;
      member = Member::other;
      continue;
    }
    if (token == Token::key) {
      member = Member::other;
      if (depth == 1 && scanner.is("event")) member = Member::event;
      if (depth == 1 && scanner.is("data")) member = Member::data;
      if (depth == 2 && in_data && scanner.is("id")) member = Member::id;
      continue;
    }
    std::optional<std::string> value;
    if (token == Token::string && member != Member::other) value = scanner.text(lone);
    if (member == Member::event) {
      identity.event = std::move(value);
    } else if (member == Member::id) {
      identity.booking_id = std::move(value);
    } else if (member == Member::data) {
      // A second "data" takes the place of the first, its id included.
      identity.booking_id.reset();
    }
    in_data = in_data || (member == Member::data && token == Token::object_begin);
    member = Member::other;
  }
}

}  // namespace slotflow
