#pragma once

#include <stop_token>
#include <string>

#include "client/builds_api.h"
#include "exporter/poll/call.h"

namespace exporter::poll {

/// Makes one attempt at the call and blocks until it has ended. Any thread.
CallResult RunCall(workers_builds::BuildsApi& api, const std::string& account_id, const Call& call,
                   milliseconds timeout, std::stop_token stop);

}  // namespace exporter::poll
