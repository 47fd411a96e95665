// One test executable; a test lives in tests/unit (mirrors src/) or tests/flow (whole commands).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
