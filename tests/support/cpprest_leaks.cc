// For programs that send requests through cpprestsdk under AddressSanitizer: what the libraries have not freed at exit
// is no finding. The threads of cpprestsdk's pool end after OpenSSL has, and so keep their error state; a tunnel
// through a proxy leaks 32 bytes; a task that was given up may still be alive. libcrypto has no frame pointers, so that
// its allocations cannot be told by who asked for them.

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libcpprest.so\nleak:libcrypto.so\nleak:pplx\nleak:Concurrency\n";
}
