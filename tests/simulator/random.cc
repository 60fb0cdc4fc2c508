#include "tests/simulator/random.h"

#include <cmath>
#include <numbers>

namespace simulator {

Random Random::For(std::uint64_t seed, std::string_view purpose, std::uint64_t number) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  Random mixed(seed ^ hash);
  return Random(mixed.Next() + number * 0xD1342543DE82EF95ULL);
}

std::uint64_t Random::Next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

double Random::Uniform() {
  return static_cast<double>(Next() >> 11) * 0x1.0p-53;
}

std::size_t Random::Below(std::size_t bound) {
  return static_cast<std::size_t>(Next() % bound);
}

double Random::Exponential(double mean) {
  return -mean * std::log1p(-Uniform());
}

double Random::LogNormal(double median, double sigma) {
  const double radius = std::sqrt(-2.0 * std::log1p(-Uniform()));
  return median * std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * Uniform()));
}

std::string Random::Hex(std::size_t digits) {
  std::string text;
  text.reserve(digits);
  while (text.size() < digits) text += "0123456789abcdef"[Next() >> 60];
  return text;
}

std::string Random::Uuid() {
  std::string hex = Hex(32);
  hex[12] = '4';
  hex[16] = "89ab"[Next() >> 62];
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

}  // namespace simulator
