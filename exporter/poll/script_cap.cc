#include "exporter/poll/script_cap.h"

#include <utility>

namespace exporter::poll {

ScriptCap::ScriptCap(const config::Metrics& metrics, SeriesCosts costs)
    : costs_(std::move(costs)),
      max_scripts_(metrics.max_scripts),
      max_series_(metrics.max_series),
      series_(costs_.fixed) {}

std::int64_t ScriptCap::SeriesOf(const std::string& name) const {
  return costs_.of_script ? costs_.of_script(name) : 1;
}

std::optional<DropReason> ScriptCap::Admit(std::int64_t series) {
  if (scripts_ >= max_scripts_) return DropReason::kMaxScripts;
  full_ = full_ || series_ + series > max_series_;
  if (full_) return DropReason::kMaxSeries;
  Take(series);
  return std::nullopt;
}

void ScriptCap::Take(std::int64_t series) {
  ++scripts_;
  series_ += series;
}

void ScriptCap::Return(std::int64_t series) {
  --scripts_;
  series_ -= series;
}

}  // namespace exporter::poll
