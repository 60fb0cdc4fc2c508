#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "config/config_loader.h"
#include "exporter/capacity_estimate.h"
#include "exporter/clock.h"
#include "exporter/command_line.h"
#include "exporter/daemon.h"
#include "exporter/log.h"
#include "exporter/metrics/family_selection.h"
#include "exporter/sharding.h"
#include "exporter/version.h"

namespace {

int Fail(const std::string& message) {
  const char* end = message.ends_with('\n') ? "" : "\n";
  std::fprintf(stderr, "workers_builds_exporter: %s%s", message.c_str(), end);
  return 1;
}

/// SIGTERM, SIGINT and SIGHUP wait until somebody asks for them; threads made after this inherit that.
sigset_t HoldSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // A state file that reaches the limit of its size is a commit that fails.
  std::signal(SIGXFSZ, SIG_IGN);
  return signals;
}

void WaitForStop(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0) {
    if (signal != SIGHUP) {
      exporter::log::Info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
      return;
    }
    exporter::log::Warn("SIGHUP is ignored: this version reads its configuration at the start only");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const sigset_t signals = HoldSignals();
  const auto command_line = exporter::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!command_line) {
    const exporter::Exit& exit = command_line.error();
    std::fputs(exit.text.c_str(), exit.stream == exporter::Exit::Stream::kStdout ? stdout : stderr);
    return exit.code;
  }
  auto config =
      config::Load(command_line->config_file, config::ProcessEnvironment(), exporter::SystemClock().WallNow());
  if (!config) return Fail("the configuration is not usable:\n" + Describe(config.error()));
  const auto shard = exporter::ShardOf(*command_line, std::getenv("POD_NAME"));
  if (!shard) return Fail(shard.error());
  if (auto taken = exporter::TakePart(*config, *shard); !taken) return Fail(taken.error());
  if (command_line->state_path) config->state.path = *command_line->state_path;
  if (command_line->config_check) {
    std::fputs(exporter::DescribeCapacity(*config, command_line->check_scripts.value_or(100), *shard).c_str(), stdout);
    for (const std::string& key : exporter::metrics::PatternsWithoutFamily(config->metrics)) {
      std::printf("%s: the pattern matches no metric family and does nothing\n", key.c_str());
    }
    return 0;
  }
  exporter::log::Configure(command_line->log_level.value_or(config->log.level),
                           command_line->log_format.value_or(config->log.format));
  const exporter::Version& version = exporter::ThisVersion();
  exporter::log::Info("starting workers_builds_exporter", {{"version", version.version},
                                                           {"revision", version.revision},
                                                           {"accounts", std::to_string(config->accounts.size())},
                                                           {"shard", ToText(*shard)},
                                                           {"api", config->api.base_url}});
  auto daemon = exporter::Daemon::Start({.config = std::move(*config),
                                         .listen_addresses = command_line->listen_addresses,
                                         .systemd_socket = command_line->systemd_socket,
                                         .telemetry_path = command_line->telemetry_path,
                                         .shard = *shard});
  if (!daemon) return Fail(daemon.error());
  WaitForStop(signals);
  (*daemon)->Stop();
  daemon->reset();
  exporter::log::Info("stopped");
  // A return would wait for the HTTP library's threads, one of which may be asking a name server that does not answer.
  std::quick_exit(0);
}
