// The main of tests that use the HTTP library: a return would wait for the library's threads, and once in hundreds of
// ends they never come. The exporter ends in the same way.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  const int result = RUN_ALL_TESTS();
  std::fflush(nullptr);
#ifdef __SANITIZE_ADDRESS__
  __lsan_do_leak_check();  // which a return would do; ends the program when there is a leak
#endif
  std::quick_exit(result);
}
