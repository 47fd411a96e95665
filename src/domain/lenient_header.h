// The signature header, read as its writer meant it: for diagnose_signature() alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// A header parsed leniently, and what a strict receiver would reject.
struct LenientHeader {
  std::vector<std::string> t;         // at most two, as in the header
  std::vector<std::string> v1;        // lower case
  std::vector<std::string> v1_given;  // as in the header
  std::string t_name = "t";
  std::string v1_name = "v1";    // empty: the signature stands alone, without a name
  bool empty = false;            // nothing but white space
  bool odd_spelling = false;     // spaces around a part, or names in upper case
  bool with_name = false;        // the header's name before its value
  bool in_quotes = false;        // the value or a part of it
  bool other_separator = false;  // anything but a comma between parts
};

// If no part is named v1 or t, takes the part that looks like it. The result has no `v1` if no part
// looks like a signature.
LenientHeader read_leniently(std::string_view value);

}  // namespace slotflow
