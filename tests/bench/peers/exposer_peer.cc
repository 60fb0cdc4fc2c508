#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\t', begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

/// Fills a registry from the lines that flatten.awk writes.
class Loader {
 public:
  explicit Loader(prometheus::Registry& registry) : registry_(registry) {}

  void Take(const std::vector<std::string>& fields) {
    if (fields[0] == "family") {
      TakeFamily(fields);
    } else {
      TakeSample(fields);
    }
  }

 private:
  void TakeFamily(const std::vector<std::string>& fields) {
    counters_ = nullptr;
    gauges_ = nullptr;
    if (fields[1] == "counter") {
      counters_ = &prometheus::BuildCounter().Name(fields[2]).Help(fields[3]).Register(registry_);
    } else {
      gauges_ = &prometheus::BuildGauge().Name(fields[2]).Help(fields[3]).Register(registry_);
    }
    names_.assign(fields.begin() + 4, fields.end());
  }

  void TakeSample(const std::vector<std::string>& fields) {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < names_.size(); ++i) labels[names_[i]] = fields[i + 1];
    const double value = std::strtod(fields[0].c_str(), nullptr);
    if (counters_ != nullptr) {
      counters_->Add(labels).Increment(value);
    } else {
      gauges_->Add(labels).Set(value);
    }
  }

  prometheus::Registry& registry_;
  prometheus::Family<prometheus::Counter>* counters_ = nullptr;
  prometheus::Family<prometheus::Gauge>* gauges_ = nullptr;
  std::vector<std::string> names_;
};

}  // namespace

/// exposer_peer FILE: the samples of the file behind prometheus-cpp's Exposer, until it is killed.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: exposer_peer FILE\n", stderr);
    return 2;
  }
  const auto registry = std::make_shared<prometheus::Registry>();
  Loader loader(*registry);
  std::ifstream file(argv[1]);
  for (std::string line; std::getline(file, line);) loader.Take(Split(line));
  prometheus::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);
  std::printf("listening on http://127.0.0.1:%d/metrics\n", exposer.GetListeningPorts().front());
  std::fflush(stdout);
  pause();
}
