#pragma once

#include <string>

#include "config/config.h"
#include "exporter/core.h"
#include "exporter/poll_reporter.h"
#include "exporter/web/status_page.h"

namespace exporter {

/// What the landing page shows of the core as it is. Core thread.
web::StatusView MakeStatusView(const config::Config& config, const Core& core, const PollReporter& reporter,
                               workers_builds::Timestamp wall_now, poll::MonoTime now);

}  // namespace exporter
