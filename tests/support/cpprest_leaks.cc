// For programs that send requests through cpprestsdk under AddressSanitizer: what its own library has not freed at exit
// is no finding. Its pool's threads end after OpenSSL has, and so keep their error state; a tunnel through a proxy
// leaks 32 bytes. Whole stacks are needed to tell its allocations from ours, because libcrypto has no frame pointers.

extern "C" const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0";
}

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libcpprest.so\n";
}
