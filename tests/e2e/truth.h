#pragma once

#include <chrono>
#include <string>

#include "tests/e2e/programs.h"
#include "tests/support/exposition_parser.h"
#include "tests/support/series.h"

/// What is compared with what: the simulator's truth, the exporter's page, Prometheus' memory.
namespace e2e {

/// A page that is not to the letter of the format is an exception.
support::ExpositionPage ReadPage(const Exporter& exporter);

/// The simulator's truth with the baseline of the page.
support::Samples TruthFor(const Simulator& simulator, const support::Samples& page);

/// The part of a page that the simulator knows too: all about builds but what depends on the exporter itself.
support::Samples Comparable(const support::Samples& page);

/// How page and truth differ at this moment; empty when they are the same, series by series.
std::string DifferenceToTruth(const Simulator& simulator, const Exporter& exporter);

/// Waits until page and truth are the same and returns what still differs. The simulator's clock must stand still.
std::string DifferenceAfter(const Simulator& simulator, const Exporter& exporter, std::chrono::milliseconds timeout);

/// The series of an instant query's answer, without Prometheus' own labels `job` and `instance`.
support::Samples SamplesOf(const std::string& query_answer);

}  // namespace e2e
