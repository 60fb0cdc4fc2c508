#pragma once

#include <optional>
#include <string>

#include "client/build.h"
#include "config/config.h"
#include "exporter/ledger/ledger.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::metrics {

/// What the page says of an account besides its ledger.
struct AccountState {
  bool up = false;
  std::optional<workers_builds::AccountLimits> limits;
  /// The API's time, which decides what the running period is; empty before the first answer.
  std::optional<ledger::Timestamp> api_time;
};

/// Writes every sample of an account, in the order of the catalogue's account families.
void WriteAccount(const config::Account& settings, const ledger::Ledger& ledger, ledger::AccountIndex account,
                  const AccountState& state, FamilyTexts& texts);

/// The start of the running period of build minutes: a month before `refresh`, else the first of the month in UTC.
ledger::Timestamp PeriodStart(std::optional<ledger::Timestamp> refresh, ledger::Timestamp now);

}  // namespace exporter::metrics
