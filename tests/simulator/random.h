#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace simulator {

/// Numbers that are the same for the same seed with every standard library (SplitMix64; the distributions of <random>
/// are not portable).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// A stream of its own for a purpose: drawing from it moves no other stream.
  static Random For(std::uint64_t seed, std::string_view purpose, std::uint64_t number = 0);

  std::uint64_t Next();
  /// In [0, 1).
  double Uniform();
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  /// In [0, bound); `bound` is not 0.
  std::size_t Below(std::size_t bound);
  bool Chance(double probability) { return Uniform() < probability; }
  double Exponential(double mean);
  double LogNormal(double median, double sigma);
  /// `digits` lower-case hex digits.
  std::string Hex(std::size_t digits);
  /// A version 4 UUID in lower case.
  std::string Uuid();

 private:
  std::uint64_t state_;
};

}  // namespace simulator
