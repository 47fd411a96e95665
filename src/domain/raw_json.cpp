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

// Writes JSON until it is longer than allowed.
class RawJsonWriter {
 public:
  RawJsonWriter(const JsonLayout& layout, std::size_t most)
      : layout_(layout),
        most_(most),
        comma_(layout.spaced ? ", " : ","),
        colon_(layout.spaced || layout.indent ? ": " : ":") {}

  // Returns false if the text is too long.
  bool write(const RawJson& value, std::size_t depth = 0);
  std::string& text() { return out_; }

 private:
  void new_line(std::size_t depth) {
    if (layout_.indent) out_.append("\n").append(depth * *layout_.indent, ' ');
  }

  const JsonLayout& layout_;
  std::size_t most_;
  std::string_view comma_;
  std::string_view colon_;
  std::string out_;
};

bool RawJsonWriter::write(const RawJson& value, std::size_t depth) {
  if (value.kind == RawJson::Kind::scalar) {
    out_ += value.scalar;
    return out_.size() <= most_;
  }
  const bool is_object = value.kind == RawJson::Kind::object;
  out_ += is_object ? '{' : '[';
  for (const RawJson& child : value.children) {
    if (&child != value.children.data()) out_ += comma_;
    new_line(depth + 1);
    if (is_object) out_.append(child.written_name).append(colon_);
    if (!write(child, depth + 1)) return false;
  }
  if (!value.children.empty()) new_line(depth);
  out_ += is_object ? '}' : ']';
  return out_.size() <= most_;
}

std::string written(const RawJson& value, const JsonLayout& layout) {
  RawJsonWriter writer(layout, std::string::npos);
  writer.write(value);
  return std::move(writer.text());
}

}  // namespace

RawJson RawJson::string(std::string_view text) {
  RawJson value;
  value.scalar = json_quoted(text, false);
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
  added.written_name = json_quoted(field, false);
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
  return written(*this, kCompactJson);
}

std::string RawJson::dump(std::size_t indent) const {
  return written(*this, JsonLayout{.indent = indent});
}

std::optional<std::string> RawJson::dump_within(std::size_t most, const JsonLayout& layout) const {
  RawJsonWriter writer(layout, most);
  if (!writer.write(*this)) return std::nullopt;
  return std::move(writer.text());
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
