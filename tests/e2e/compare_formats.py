"""Reads a page in both formats with the parsers of Python's Prometheus client and says where they differ.

compare_formats.py TEXT_FILE OPENMETRICS_FILE: prints one line for each difference, and last how many samples, exemplars
and instants of creation the OpenMetrics page has.
"""
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

CREATED = "_created"


def read(path, families_of):
    with open(path, encoding="utf-8", newline="") as page:
        return list(families_of(page.read()))


def samples_of(families):
    samples = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in samples:
                print("twice:", *key)
            samples[key] = sample
    return samples


text = samples_of(read(sys.argv[1], parser.text_string_to_metric_families))
families = read(sys.argv[2], openmetrics_parser.text_string_to_metric_families)
with_created = samples_of(families)
open_metrics = {key: sample for key, sample in with_created.items() if not key[0].endswith(CREATED)}

for key in sorted(text.keys() ^ open_metrics.keys()):
    print("only in", "text:" if key in text else "OpenMetrics:", *key)
for key in sorted(text.keys() & open_metrics.keys()):
    if text[key].value != open_metrics[key].value:
        print("differs:", *key, text[key].value, open_metrics[key].value)
for family in families:
    unit = next((u for u in ("seconds", "bytes") if family.name.endswith("_" + u)), "")
    if family.unit != unit:
        print("unit:", family.name, repr(family.unit))

exemplars = [(float(sample.labels["le"]), sample.exemplar) for sample in open_metrics.values() if sample.exemplar]
for bound, exemplar in exemplars:
    if list(exemplar.labels) != ["build_uuid"] or exemplar.timestamp is None or exemplar.value > bound:
        print("exemplar:", bound, exemplar)
print(len(open_metrics), "samples,", len(exemplars), "exemplars,", len(with_created) - len(open_metrics), "created")
