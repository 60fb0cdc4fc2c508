#include "exporter/poll/script_cap.h"

#include <gtest/gtest.h>

namespace exporter::poll {
namespace {

config::Metrics Caps(int scripts, int series) {
  config::Metrics metrics;
  metrics.max_scripts = scripts;
  metrics.max_series = series;
  return metrics;
}

TEST(ScriptCap, LetsInAsManyScriptsAsItSays) {
  ScriptCap cap(Caps(2, 1000), {});
  EXPECT_EQ(cap.Admit(1), std::nullopt);
  EXPECT_EQ(cap.Admit(1), std::nullopt);
  EXPECT_EQ(cap.Admit(1), DropReason::kMaxScripts);
  cap.Return(1);
  EXPECT_EQ(cap.Admit(1), std::nullopt);
}

TEST(ScriptCap, LetsInWhatFitsInTheSeriesThatTheAccountsLeave) {
  ScriptCap cap(Caps(1000, 1000), {.fixed = 700, .of_script = {}});
  EXPECT_EQ(cap.Admit(200), std::nullopt);
  EXPECT_EQ(cap.Admit(100), std::nullopt);
  EXPECT_EQ(cap.Admit(1), DropReason::kMaxSeries);
}

TEST(ScriptCap, ASmallScriptDoesNotPassALargeOneThatWasRefused) {
  ScriptCap cap(Caps(1000, 1000), {});
  EXPECT_EQ(cap.Admit(800), std::nullopt);
  EXPECT_EQ(cap.Admit(300), DropReason::kMaxSeries);
  EXPECT_EQ(cap.Admit(50), DropReason::kMaxSeries);
}

TEST(ScriptCap, WhatWasWatchedBeforeAlwaysHasRoom) {
  ScriptCap cap(Caps(1, 100), {});
  cap.Take(80);
  cap.Take(80);
  EXPECT_EQ(cap.Admit(1), DropReason::kMaxScripts);
  cap.Return(80);
  cap.Return(80);
  EXPECT_EQ(cap.Admit(100), std::nullopt);
}

TEST(ScriptCap, AScriptCostsWhatItsNameSays) {
  const ScriptCap cap(Caps(1, 100), {.fixed = 0, .of_script = [](const std::string& name) {
                                       return static_cast<std::int64_t>(name.size());
                                     }});
  EXPECT_EQ(cap.SeriesOf("shop"), 4);
  EXPECT_EQ(ScriptCap(Caps(1, 100), {}).SeriesOf("shop"), 1);
}

}  // namespace
}  // namespace exporter::poll
