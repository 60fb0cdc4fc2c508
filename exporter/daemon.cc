#include "exporter/daemon.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "client/builds_client.h"
#include "client/cpprest_transport.h"
#include "client/credentials.h"
#include "exporter/clock.h"
#include "exporter/core.h"
#include "exporter/ledger/open_ledger_store.h"
#include "exporter/log.h"
#include "exporter/metrics/self_metrics.h"
#include "exporter/poll_reporter.h"
#include "exporter/poller.h"
#include "exporter/status_view.h"
#include "exporter/version.h"
#include "exporter/web/routes.h"
#include "exporter/web/status_page.h"
#include "exporter/web/web_server.h"

namespace exporter {
namespace {

using workers_builds::BuildsClient;
using workers_builds::Credentials;

constexpr std::chrono::seconds kStopGrace{2};

/// One token and the client that uses it; accounts that share the token share both.
struct TokenClient {
  std::unique_ptr<Credentials> credentials;
  std::unique_ptr<BuildsClient> client;
};

/// By account, which token it has; equal tokens have equal numbers.
std::vector<std::size_t> NumberTokens(const std::vector<config::Account>& accounts) {
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  std::vector<std::size_t> tokens;
  for (const config::Account& account : accounts) {
    const std::pair source(account.api_token_file, account.api_token.Reveal());
    tokens.push_back(numbers.emplace(source, numbers.size()).first->second);
  }
  return tokens;
}

poll::Jitter SystemJitter() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

metrics::BuildIdentity Identity() {
  const Version& version = ThisVersion();
  return {version.version, version.revision, version.compiler};
}

tl::expected<ledger::OpenedStore, std::string> OpenState(const std::string& path) {
  if (!path.empty()) return ledger::OpenLedgerStore(path);
  auto store = ledger::OpenLedgerStoreInMemory();
  if (!store) return tl::unexpected(store.error());
  return ledger::OpenedStore{std::move(*store), std::nullopt};
}

class RunningDaemon : public Daemon {
 public:
  RunningDaemon(DaemonOptions options, std::unique_ptr<workers_builds::HttpTransport> transport,
                std::unique_ptr<ledger::LedgerStore> store)
      : options_(std::move(options)),
        transport_(std::move(transport)),
        store_(std::move(store)),
        tokens_(NumberTokens(options_.config.accounts)),
        self_metrics_(Identity(), metrics::FamilySelection(options_.config.metrics)),
        reporter_(options_.config, self_metrics_, clock_),
        core_(options_.config, tokens_, *store_, reporter_, SystemJitter(), options_.shard) {
    MakeClients();
    self_metrics_.SetShard(options_.shard.index, options_.shard.total);
    for (const std::string& key : metrics::PatternsWithoutFamily(options_.config.metrics)) {
      log::Warn("a pattern matches no metric family: it does nothing", {{"key", key}});
    }
    self_metrics_.ConfigLoaded(true, clock_.WallNow());
  }

  tl::expected<void, std::string> LoadState(const std::optional<ledger::SetAside>& set_aside) {
    if (set_aside) {
      self_metrics_.StateRecovered();
      log::Error("the state was damaged and is set aside: counters begin anew",
                 {{"file", set_aside->path}, {"problem", set_aside->problem}});
    }
    const std::string& path = options_.config.state.path;
    if (path.empty()) log::Info("the state is in memory: counters begin at 0 with every start (see state.path)");
    const auto loaded = core_.Load(clock_.Now(), clock_.WallNow());
    if (!loaded) return tl::unexpected("state.path: '" + path + "' cannot be read: " + loaded.error());
    reporter_.ReportLoad(*loaded, core_.ledger());
    Show(core_.Render(clock_.Now()));
    return {};
  }

  ~RunningDaemon() override { Stop(); }

  tl::expected<void, std::string> Serve() {
    published_.Beat(std::chrono::steady_clock::now());
    Step(clock_.Now());
    const web::RoutesOptions routes{.telemetry_path = options_.telemetry_path};
    auto server = web::WebServer::Start(
        {.listen_addresses = options_.listen_addresses, .inherited_sockets = options_.systemd_socket},
        web::MakeRoutes(routes, published_, self_metrics_));
    if (!server) return tl::unexpected(server.error());
    server_ = std::move(*server);
    for (const std::string& address : server_->addresses()) {
      log::Info("listening", {{"address", address}, {"path", options_.telemetry_path}});
    }
    published_.SetReady(true);
    return {};
  }

  void Poll() {
    std::vector<Poller::Account> accounts;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      accounts.push_back({options_.config.accounts[i].id, clients_[tokens_[i]].client.get()});
    }
    const std::size_t workers = clients_.size() * static_cast<std::size_t>(options_.config.api.concurrency);
    poller_ = std::make_unique<Poller>(core_, std::move(accounts), workers, clock_,
                                       Poller::Hooks{.on_page = [this](auto page) { Show(std::move(page)); },
                                                     .on_step = [this](poll::MonoTime now) { Step(now); }});
    poller_->Start();
  }

  void Stop() override {
    published_.SetReady(false);
    if (poller_) poller_->Stop();
    core_.Flush();
    if (server_) server_->Stop(kStopGrace);
  }

 private:
  void MakeClients() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i] < clients_.size()) continue;
      const config::Account& account = options_.config.accounts[i];
      TokenClient token;
      token.credentials = account.api_token_file.empty()
                              ? workers_builds::MakeFixedCredentials(account.api_token.Reveal())
                              : workers_builds::MakeFileCredentials(account.api_token_file);
      token.client = std::make_unique<BuildsClient>(*transport_, *token.credentials);
      clients_.push_back(std::move(token));
    }
  }

  void Show(std::shared_ptr<const exposition::Page> page) {
    for (const auto& family : metrics::Catalogue()) {
      if (family.group == metrics::Group::kExporter) continue;
      const exposition::FamilyPage* shown = page->family(family.family);
      self_metrics_.SetSeries(family.family, shown == nullptr ? 0 : shown->series());
    }
    published_.SetPage(std::move(page));
  }

  void Step(poll::MonoTime now) {
    published_.Beat(now);
    reporter_.ReportState(core_.plan(), core_.ledger(), *store_, now);
    web::StatusView view = MakeStatusView(options_.config, core_, reporter_, clock_.WallNow(), now);
    view.telemetry_path = options_.telemetry_path;
    view.started = started_;
    published_.SetStatusPage(web::RenderStatusPage(view));
  }

  DaemonOptions options_;
  SystemClock clock_;
  workers_builds::Timestamp started_ = clock_.WallNow();
  std::unique_ptr<workers_builds::HttpTransport> transport_;
  std::unique_ptr<ledger::LedgerStore> store_;
  std::vector<std::size_t> tokens_;   // by account
  std::vector<TokenClient> clients_;  // by token
  metrics::SelfMetrics self_metrics_;
  PollReporter reporter_;
  Core core_;
  web::Published published_;
  std::unique_ptr<web::WebServer> server_;
  std::unique_ptr<Poller> poller_;
};

}  // namespace

tl::expected<std::unique_ptr<Daemon>, std::string> Daemon::Start(DaemonOptions options) {
  const config::Api& api = options.config.api;
  auto transport =
      workers_builds::MakeCpprestTransport({.base_url = api.base_url,
                                            .ca_file = api.ca_file,
                                            .proxy_url = api.proxy_url,
                                            .max_response_bytes = static_cast<std::size_t>(api.max_response_bytes)});
  if (!transport) return tl::unexpected(transport.error());
  auto state = OpenState(options.config.state.path);
  if (!state) return tl::unexpected(state.error());
  auto daemon = std::make_unique<RunningDaemon>(std::move(options), std::move(*transport), std::move(state->store));
  if (auto loaded = daemon->LoadState(state->set_aside); !loaded) return tl::unexpected(loaded.error());
  if (auto served = daemon->Serve(); !served) return tl::unexpected(served.error());
  daemon->Poll();
  return daemon;
}

}  // namespace exporter
