// libstdc++'s std::random_device calls arc4random(), which the C library has only since glibc 2.36.
// With this one, a program that is built on Debian 12 starts with older ones, too.
#include <cstdint>
#include <cstdlib>

#include <unistd.h>

extern "C" std::uint32_t arc4random() {
  std::uint32_t value = 0;
  if (::getentropy(&value, sizeof value) != 0) std::abort();  // the kernel is too old for it
  return value;
}
