#include "cli/confirm.h"

#include <array>

#include <poll.h>
#include <unistd.h>

#include "system/interrupt.h"
#include "system/uninterrupted.h"

namespace slotflow {

namespace {

// Throws Interrupted.
void wait_for_input(const Interrupt& interrupt) {
  std::array<pollfd, 2> polled{{{STDIN_FILENO, POLLIN, 0}, {interrupt.fd(), POLLIN, 0}}};
  uninterrupted([&] { return ::poll(polled.data(), polled.size(), -1); });
  if (interrupt.triggered()) throw Interrupted();
}

}  // namespace

bool confirm(const std::string& question, Context& context) {
  // Ctrl-C ends the line of the question.
  const auto signals = context.catch_signals();
  std::string lines = stderr_line("", question + " [y/N]", context.world);
  lines.back() = ' ';  // the answer is typed in the same line
  context.world.err << lines << std::flush;
  if (signals) wait_for_input(context.world.interrupt);
  std::string answer;
  std::getline(context.world.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace slotflow
