#include "domain/raw_json.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "domain/json_scanner.h"
#include "domain/json_string.h"

namespace slotflow {

namespace {

using Token = JsonScanner::Token;

std::string quoted(std::string_view text) {
  return to_line(Json(text));
}

bool read_raw(JsonScanner& scanner, Token token, RawJson& value);

bool read_raw_array(JsonScanner& scanner, RawJson& value) {
  value.kind = RawJson::Kind::array;
  for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
    if (!read_raw(scanner, token, value.children.emplace_back())) return false;
  }
  return true;
}

bool read_raw_object(JsonScanner& scanner, RawJson& value) {
  value.kind = RawJson::Kind::object;
  for (Token token = scanner.next(); token != Token::object_end; token = scanner.next()) {
    if (token != Token::key) return false;
    RawJson& field = value.children.emplace_back();
    field.written_name = scanner.written();
    if (!read_raw(scanner, scanner.next(), field)) return false;
  }
  return true;
}

// Reads the value that begins with `token`. Returns false if it is not JSON.
bool read_raw(JsonScanner& scanner, Token token, RawJson& value) {
  switch (token) {
    case Token::object_begin:
      return read_raw_object(scanner, value);
    case Token::array_begin:
      return read_raw_array(scanner, value);
    case Token::string:
    case Token::other:
      value.scalar = scanner.written();
      return true;
    default:
      return false;
  }
}

void write(std::string& out, const RawJson& value, std::size_t depth, const std::size_t* indent) {
  if (value.kind == RawJson::Kind::scalar) {
    out += value.scalar;
    return;
  }
  const bool is_object = value.kind == RawJson::Kind::object;
  const auto new_line = [&](std::size_t levels) {
    if (indent != nullptr) out.append("\n").append(levels * *indent, ' ');
  };
  out += is_object ? '{' : '[';
  for (const RawJson& child : value.children) {
    if (&child != value.children.data()) out += ',';
    new_line(depth + 1);
    if (is_object) out.append(child.written_name).append(indent != nullptr ? ": " : ":");
    write(out, child, depth + 1, indent);
  }
  if (!value.children.empty()) new_line(depth);
  out += is_object ? '}' : ']';
}

}  // namespace

RawJson RawJson::string(std::string_view text) {
  RawJson value;
  value.scalar = quoted(text);
  return value;
}

RawJson RawJson::object() {
  RawJson value;
  value.kind = Kind::object;
  return value;
}

std::string_view RawJson::type_name() const {
  if (kind != Kind::scalar) return kind == Kind::array ? "array" : "object";
  switch (scalar.front()) {
    case 'n':
      return "null";
    case 't':
    case 'f':
      return "boolean";
    case '"':
      return "string";
    default:
      return "number";
  }
}

std::string RawJson::name() const {
  return json_unescaped(std::string_view(written_name).substr(1, written_name.size() - 2),
                        LoneSurrogate::keep);
}

void RawJson::assign(RawJson value) {
  value.written_name = std::move(written_name);
  *this = std::move(value);
}

const RawJson* RawJson::find(std::string_view field) const {
  for (std::size_t i = children.size(); kind == Kind::object && i > 0; --i) {
    if (children[i - 1].name() == field) return &children[i - 1];
  }
  return nullptr;
}

RawJson* RawJson::find(std::string_view field) {
  return const_cast<RawJson*>(std::as_const(*this).find(field));
}

RawJson& RawJson::operator[](std::string_view field) {
  if (RawJson* found = find(field)) return *found;
  RawJson& added = children.emplace_back();
  added.written_name = quoted(field);
  return added;
}

void RawJson::merge(RawJson other) {
  // The first place of each name. It gets the new value, and later ones with the name are removed.
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < children.size(); ++i) places.emplace(children[i].name(), i);
  std::vector<bool> replaced(children.size(), false);
  std::vector<RawJson> added;
  for (RawJson& field : other.children) {
    const auto place = places.find(field.name());
    if (place == places.end() || replaced[place->second]) {
      added.push_back(std::move(field));
    } else {
      replaced[place->second] = true;
      children[place->second] = std::move(field);
    }
  }
  std::vector<RawJson> all;
  all.reserve(children.size() + added.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    const std::size_t first = places.at(children[i].name());
    if (i == first || !replaced[first]) all.push_back(std::move(children[i]));
  }
  std::ranges::move(added, std::back_inserter(all));
  children = std::move(all);
}

std::string RawJson::dump() const {
  std::string out;
  write(out, *this, 0, nullptr);
  return out;
}

std::string RawJson::dump(std::size_t indent) const {
  std::string out;
  write(out, *this, 0, &indent);
  return out;
}

RawJson raw_json(const Json& value) {
  return std::get<RawJson>(parse_raw_json(to_line(value)));
}

std::variant<RawJson, JsonProblem> parse_raw_json(std::string_view text) {
  JsonScanner scanner(text);
  RawJson value;
  if (!read_raw(scanner, scanner.next(), value) || scanner.next() != Token::end) {
    return problem_of(scanner, text);
  }
  return value;
}

}  // namespace slotflow
