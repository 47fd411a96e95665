// Searches the responses of a run for confidential information.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "conformance/secret_forms.h"
#include "domain/delivery.h"

namespace slotflow {

enum class LeakKind { secret, signature, source };

// The first response that revealed something.
struct Leak {
  std::string what;  // "500 with a stack trace in it"
  Request request;   // that got the response
};

// Keeps one request for each kind, however long the run is. Not thread-safe.
class LeakWatch {
 public:
  // `secret` is what events are signed with; nullopt: they are not.
  explicit LeakWatch(std::optional<std::string> secret);

  // Searches the response to `request`, if there is one: its reason phrase, its headers and the
  // body as far as it was kept. Takes time in proportion to its size.
  void look(const Request& request, const Reply& reply);

  // False if there is no secret, or one so short that it can occur by chance.
  bool searches_secret() const { return !forms_.texts.empty(); }

  // Returns nullptr if no response so far had anything of this kind in it.
  const Leak* found(LeakKind kind) const;

  // True if a response was so long that not all of it was kept, and searched.
  bool has_cut() const { return has_cut_; }

 private:
  // What is searched, in the forms that it is searched in.
  struct Searched {
    const std::string& text;
    std::string lower;  // case
    std::string list;   // as list_form()
    std::string bytes;  // as unescaped(), once and twice; empty if there is nothing to replace
  };

  std::string find(LeakKind kind, const Searched& in, const Request& request);
  static bool has(const Searched& in, const SecretForms& forms);
  // Says how much of it is there; empty: nothing.
  std::string_view signature_in(const Searched& in, const Request& request);

  std::optional<std::string> secret_;
  SecretForms forms_;  // of the secret
  std::array<std::optional<Leak>, 3> found_;
  std::set<std::string, std::less<>> without_signature_;  // short texts, as most responses are
  bool has_cut_ = false;
};

}  // namespace slotflow
