#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "tests/simulator/scenario_loader.h"
#include "tests/simulator/simulator_server.h"

namespace {

struct Options {
  simulator::ServerOptions server;
  simulator::Scenario scenario;
  std::string scenario_file;
};

void AddFlags(CLI::App& app, Options& options) {
  simulator::AccountScenario& account = options.scenario.accounts.front();
  app.add_option("--listen", options.server.listen, "ADDRESS:PORT to listen on; port 0 picks one")
      ->capture_default_str();
  app.add_flag("--allow-remote", options.server.allow_remote, "Allow an address that is not loopback");
  app.add_option("--speed", options.scenario.speed, "Seconds of simulated time a second; 0 stands still")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--seed", options.scenario.seed, "The same seed makes the same builds")->capture_default_str();
  CLI::Option* scenario =
      app.add_option("--scenario", options.scenario_file,
                     "YAML file with accounts, tokens and faults; takes the place of the flags below");
  for (CLI::Option* flag :
       {app.add_option("--scripts", account.script_count, "Scripts in the account")->capture_default_str(),
        app.add_option("--builds-per-hour", account.builds_per_hour, "Builds an hour, of all scripts together")
            ->check(CLI::Range(0.0, 1e6))
            ->capture_default_str(),
        app.add_option("--history", account.history, "Builds that have stopped before the start")
            ->capture_default_str()}) {
    flag->excludes(scenario);
  }
  app.set_version_flag("--version", "workers_builds_simulator " SIMULATOR_VERSION);
}

int Serve(const Options& options) {
  // Blocked before any thread starts, so that only sigwait gets them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const auto server = simulator::SimulatorServer::Start(options.scenario, options.server);
  if (!server) {
    std::cerr << "workers_builds_simulator: " << server.error() << "\n";
    return 1;
  }
  std::cout << "listening on " << (*server)->base_url() << std::endl;
  int signal_number = 0;
  sigwait(&ends, &signal_number);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A stateful stand-in for the Cloudflare Workers Builds API.");
  Options options;
  AddFlags(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!options.scenario_file.empty()) {
    auto scenario = simulator::LoadScenarioFile(options.scenario_file);
    if (!scenario) {
      std::cerr << scenario.error() << "\n";
      return 1;
    }
    scenario->seed = options.scenario.seed;
    scenario->speed = options.scenario.speed;
    options.scenario = *std::move(scenario);
  }
  return Serve(options);
}
