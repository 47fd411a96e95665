#include "domain/event_identity.h"

#include <utility>

namespace slotflow {

namespace {

std::optional<std::string> text_member(const Json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// Takes the two members out of the stream of tokens. As in an object, the last of equal names wins.
class IdentityReader : public nlohmann::json_sax<Json> {
 public:
  EventIdentity identity;

  bool null() override { return other(); }
  bool boolean(bool /*value*/) override { return other(); }
  bool number_integer(number_integer_t /*value*/) override { return other(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return other(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return other(); }
  bool binary(binary_t& /*value*/) override { return other(); }
  bool string(string_t& value) override {
    if (auto* member = wanted()) *member = std::move(value);
    return forget_data();
  }
  bool start_object(std::size_t /*elements*/) override {
    other();
    in_data_ = in_data_ || (depth_ == 1 && in_object_ && key_ == "data");
    in_object_ = in_object_ || depth_ == 0;
    return ++depth_ <= kMaxJsonDepth;
  }
  bool key(string_t& name) override {
    if (depth_ <= 2) key_.swap(name);
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*elements*/) override {
    other();
    return ++depth_ <= kMaxJsonDepth;
  }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*problem*/) override {
    return false;
  }

 private:
  // The member that a value at this place is for.
  std::optional<std::string>* wanted() {
    if (depth_ == 1 && in_object_ && key_ == "event") return &identity.event;
    if (depth_ == 2 && in_data_ && key_ == "id") return &identity.booking_id;
    return nullptr;
  }
  bool other() {
    if (auto* member = wanted()) member->reset();
    return forget_data();
  }
  // A second "data" takes the place of the first, its id included.
  bool forget_data() {
    if (depth_ == 1 && in_object_ && key_ == "data") identity.booking_id.reset();
    return true;
  }
  bool leave() {
    --depth_;
    if (depth_ <= 1) in_data_ = false;
    return true;
  }

  std::size_t depth_ = 0;
  bool in_object_ = false;  // the outermost value is one
  bool in_data_ = false;    // within the object "data" of it
  std::string key_;         // the latest, no deeper than in "data"
};

}  // namespace

EventIdentity identity_in(std::string_view text) {
  IdentityReader reader;
  const bool valid = Json::sax_parse(text.begin(), text.end(), &reader);
  return valid ? std::move(reader.identity) : EventIdentity{};
}

EventIdentity identity_of(const Json& payload) {
  EventIdentity identity{text_member(payload, "event"), std::nullopt};
  if (payload.is_object() && payload.contains("data")) {
    identity.booking_id = text_member(payload.at("data"), "id");
  }
  return identity;
}

}  // namespace slotflow
