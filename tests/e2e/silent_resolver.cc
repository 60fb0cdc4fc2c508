// Loaded into a program before the C library (LD_PRELOAD): the name of the host that must not be found is asked for
// ever, as with a name server that does not answer.

#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <string_view>

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  while (node != nullptr && std::string_view(node) == "silent.invalid") pause();
  using Resolve = int(const char*, const char*, const addrinfo*, addrinfo**);
  return reinterpret_cast<Resolve*>(dlsym(RTLD_NEXT, "getaddrinfo"))(node, service, hints, result);
}
