// Reads JSON text token by token, without building a DOM. Each received request is read this way:
// the library's parser takes several times as long.
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/json.h"
#include "domain/json_string.h"

namespace slotflow {

// Accepts JSON (RFC 8259) nested at most kMaxJsonDepth deep, and a byte order mark before it. Lone
// surrogates ("\ud83c") and numbers of any size (1e400) are JSON; a NUL byte is not. Runs in linear
// time. `text` must outlive this object. Not thread-safe.
class JsonScanner {
 public:
  enum class Token {
    object_begin,
    object_end,
    array_begin,
    array_end,
    key,
    string,
    other,  // a number, true, false or null
    end,    // of the text, which is valid
    bad,    // not JSON, or nested too deeply; all later tokens are bad, too
  };

  explicit JsonScanner(std::string_view text);

  Token next();
  // Returns how many objects and arrays are open: 0 for the outermost value.
  std::size_t depth() const { return depth_; }
  // Returns how many bytes were read: the end of the latest token; of a key, with its colon.
  std::size_t offset() const { return size_ - rest_.size(); }
  // After a key or a string: returns whether its value is `text`.
  bool is(std::string_view text) const;
  // After a key or a string: returns its value. A lone surrogate, which UTF-8 cannot hold, becomes
  // U+FFFD, or is kept as json_unescaped() does.
  std::string text(LoneSurrogate lone = LoneSurrogate::replace) const;
  // After a key, a string or `other`: returns its characters in the text, with the quotes.
  std::string_view written() const { return written_; }

  // What was found instead of JSON. After Token::bad:
  struct Problem {
    std::size_t offset = 0;     // in bytes, of the first one that does not fit
    std::string_view expected;  // "a value"
    bool too_deep = false;      // it may be JSON, but is nested deeper than kMaxJsonDepth
  };
  const Problem& problem() const { return problem_; }

 private:
  enum class Expected { value, value_or_end, key, key_or_end, separator };

  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  void skip_space();
  bool skip(std::string_view word);
  std::size_t skip_digits();
  Token scan_value();
  Token scan_key();
  Token after_value();
  Token open(Token token, bool object);
  Token close(Token token);
  Token literal(std::string_view word);
  Token number();
  Token fail(std::string_view expected);
  bool scan_string();
  bool scan_escape(std::size_t& size);
  bool scan_number();
  bool wrong(std::size_t offset_in_rest, std::string_view expected);

  std::size_t size_;  // of the text
  std::string_view rest_;
  std::string_view written_;
  std::string_view raw_;  // the latest key or string, without its quotes
  bool escaped_ = false;  // it has escapes
  std::size_t depth_ = 0;
  std::bitset<kMaxJsonDepth> is_object_;  // what is open, from the outermost
  Expected expected_ = Expected::value;
  Problem problem_;
};

}  // namespace slotflow
