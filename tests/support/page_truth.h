#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exporter/exposition/page.h"
#include "tests/simulator/truth.h"

/// The page beside the simulator's truth.
namespace support {

/// The samples of a page: `name{labels}`, the labels in the order of their names, to the text of the value. None of the
/// simulator's label values holds a quote or a comma.
using PageSamples = std::map<std::string, std::string>;

/// `repeated` hears of every line whose series has stood on the page before.
PageSamples SamplesOf(const exporter::exposition::Page& page,
                      const std::function<void(const std::string& line)>& repeated);

/// Which series, written as in PageSamples, are not compared. Empty: all are.
using Passed = std::function<bool(const std::string& series)>;

/// Where page and truth differ, a line each; empty when every series of the truth is on the page with its value, and
/// the page shows none of these families' series besides.
std::vector<std::string> DifferencesFrom(const std::vector<simulator::Series>& truth, const PageSamples& page,
                                         const Passed& passed = {});

}  // namespace support
