#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "exporter/ledger/open_ledger_store.h"
#include "tests/bench/busy_account.h"

/// make_state FILE BUILDS: writes a state of the simulator's account with that many builds of a thousand scripts.
int main(int argc, char** argv) {
  using namespace exporter;
  if (argc != 3 || std::filesystem::exists(argv[1])) {
    std::fputs("usage: make_state NEW_FILE BUILDS\n", stderr);
    return 2;
  }
  const auto opened = ledger::OpenLedgerStore(argv[1]);
  if (!opened) {
    std::fprintf(stderr, "make_state: %s\n", opened.error().c_str());
    return 1;
  }
  const auto ledger = bench::AccountWithScripts(*opened->store);
  const std::uint64_t pages = std::strtoull(argv[2], nullptr, 10) / bench::kBuildsPerPage;
  for (std::uint64_t page = 0; page < pages; ++page) {
    const ledger::ScriptUpdate update = bench::FinishedPage(page);
    ledger->Apply(0, {&update, 1}, *update.proven_to);
  }
  if (ledger->commit_state().errors == 0) return 0;
  std::fprintf(stderr, "make_state: %s\n", ledger->commit_state().last_error.c_str());
  return 1;
}
