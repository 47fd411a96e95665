#include "conformance/leaks_known_bookings.h"

#include <array>
#include <utility>
#include <vector>

#include "conformance/rejections.h"
#include "conformance/signature_events.h"

namespace slotflow::leaks {

Finding known_bookings(Driver& driver) {
  constexpr int kRounds = 3;
  Differences differences;
  std::vector<Request> sent;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::vector<Parts>, 2> parts;  // of known bookings, and of others
    for (const std::size_t which : {0U, 1U, 1U, 0U}) {
      const std::string body = driver.event().dump();
      sent.clear();
      if (which == 0) {
        sent.push_back(driver.request(body));
        if (!driver.send(sent.back()).delivered()) {
          return skipped("a valid event was not accepted: see delivery");
        }
      }
      const std::string header = signature::forged_signature(driver, body);
      sent.push_back(driver.request(body, header));
      const std::string v1 = signature::hex_of(header);
      const std::string_view see = which == 0 ? "signature.forged-copy" : "signature.wrong";
      if (auto finding = ask(driver, sent.back(), v1, see, parts.at(which).emplace_back())) {
        return std::move(*finding);
      }
    }
    differences.narrow({parts[0].at(0), parts[0].at(1)}, {parts[1].at(0), parts[1].at(1)});
    if (differences.empty()) return passed();
  }
  return failed(
      "the same response",
      differences.words() + " for a forged event of a booking that it knows, and of another",
      Evidence(std::move(sent), Evidence::Manner::one_by_one));
}

}  // namespace slotflow::leaks
