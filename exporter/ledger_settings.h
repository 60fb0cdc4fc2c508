#pragma once

#include "config/config.h"
#include "exporter/ledger/ledger.h"

/// What the ledger keeps for the page that the configuration asks for, and no more.
namespace exporter {

/// The bucket bounds of the accounts' histograms: of the configuration, defaults where it has none, and no bounds where
/// the histogram is not shown.
ledger::BucketBounds BoundsOf(const config::Metrics& metrics);

ledger::KeptDetails DetailsOf(const config::Metrics& metrics);

}  // namespace exporter
