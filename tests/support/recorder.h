// Records the reports of a scheduler.
#pragma once

#include <string>
#include <vector>

#include "send/scheduler.h"

namespace slotflow::test {

struct Recorder : DeliveryObserver {
  void planned(const Delivery& delivery) override { events.push_back("planned " + delivery.id); }
  void attempted(const Attempt& attempt) override {
    events.push_back("attempted " + attempt.delivery_id);
    attempts.push_back(attempt);
  }
  void settled(const Delivery& delivery, Outcome outcome) override {
    events.push_back("settled " + delivery.id + " " + std::string(to_string(outcome)));
  }
  bool is_behind() const override { return behind > 0 && behind-- > 0; }

  std::vector<std::string> events;
  std::vector<Attempt> attempts;
  mutable int behind = 0;  // says so many times that it is
};

}  // namespace slotflow::test
