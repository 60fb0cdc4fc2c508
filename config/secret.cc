#include "config/secret.h"

#include <ostream>

namespace config {

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << (secret.empty() ? "" : "<secret>");
}

}  // namespace config
