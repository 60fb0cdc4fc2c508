#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "config/config.h"
#include "exporter/poll/vocabulary.h"

namespace exporter::poll {

/// How many series the page has for what is watched; about, since builds decide which of them appear.
struct SeriesCosts {
  /// Of the accounts and of the exporter.
  std::int64_t fixed = 0;
  /// Of a script with this name; empty: 1.
  std::function<std::int64_t(const std::string& name)> of_script;
};

/// New scripts that a cap keeps off.
struct RefusedScripts {
  std::int64_t scripts = 0;
  /// What they would have had.
  std::int64_t series = 0;
};
/// By DropReason.
using RefusedByCap = std::array<RefusedScripts, kDropReasons.size()>;

/// How many scripts are watched, all accounts together: `metrics.max_scripts`, and what fits in `metrics.max_series`.
class ScriptCap {
 public:
  ScriptCap(const config::Metrics& metrics, SeriesCosts costs);

  std::int64_t SeriesOf(const std::string& name) const;
  /// Makes room for a script with so many series; the reason when there is none. Once a script was refused, those after
  /// it are, too: a small one does not pass a large one.
  std::optional<DropReason> Admit(std::int64_t series);
  /// The same for a script that was watched before: there is always room.
  void Take(std::int64_t series);
  void Return(std::int64_t series);

 private:
  SeriesCosts costs_;
  std::int64_t max_scripts_;
  std::int64_t max_series_;
  std::int64_t scripts_ = 0;
  std::int64_t series_;
  bool full_ = false;
};

}  // namespace exporter::poll
