# The lines of scrape_bench as a Markdown table, then the ratios that must hold. Ends with 1 when one does not. Of a row
# that was measured several times the one with the median throughput counts.

function text_of(seconds) {
  return seconds < 0.1 ? sprintf("%.2f ms", seconds * 1000) : sprintf("%.2f s", seconds)
}

function check(text, value, bound, limit,   holds) {
  holds = bound == "at least" ? value >= limit : value <= limit
  if (!holds) missed = 1
  printf "- %s: %.2f, must be %s %s: %s\n", text, value, bound, limit, holds ? "holds" : "MISSED"
}

BEGIN { FS = "\t" }

{
  key = $1 SUBSEP $2 SUBSEP $3
  if (!(key in times)) keys[++rows] = key
  # Sorted by scrapes a second.
  for (at = ++times[key]; at > 1 && rate[key, at - 1] > $9; --at) {
    rate[key, at] = rate[key, at - 1]
    line[key, at] = line[key, at - 1]
  }
  rate[key, at] = $9
  line[key, at] = $0
}

END {
  for (key in times) {
    chosen[key] = line[key, int((times[key] + 1) / 2)]
    split(chosen[key], field, "\t")
    median[key] = field[6]
    throughput[key] = field[9]
    resident[key] = field[11]
  }
  print "| server | encoding | readers | body | a scrape: median, mean, worst | times nginx | scrapes a second | CPU a scrape | resident |"
  print "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
  for (row = 1; row <= rows; ++row) {
    split(chosen[keys[row]], field, "\t")
    # A name with a comma is that of another page.
    ratio = index(field[1], ",") ? "" : sprintf("%.2f", field[6] / median["nginx", field[2], field[3]])
    printf "| %s | %s | %s | %.2f MB | %s, %s, %s | %s | %.1f | %s | %.1f MiB |\n", field[1], field[2], field[3],
      field[5] / 1e6, text_of(field[6]), text_of(field[7]), text_of(field[8]), ratio, field[9], text_of(field[10]),
      field[11] / 1024
  }
  print ""
  # One reader, by the median, unless it says eight.
  check("gzip, Exposer's time by the exporter's",
    median["Exposer", "gzip", 1] / median["exporter", "gzip", 1], "at least", 50)
  check("gzip, client_golang's time by the exporter's",
    median["client_golang", "gzip", 1] / median["exporter", "gzip", 1], "at least", 50)
  check("gzip, the exporter's time by nginx's",
    median["exporter", "gzip", 1] / median["nginx", "gzip", 1], "at most", 2)
  check("identity, the exporter's time by nginx's",
    median["exporter", "identity", 1] / median["nginx", "identity", 1], "at most", 2)
  check("resident memory after gzip, the exporter's by client_golang's",
    resident["exporter", "gzip", 1] / resident["client_golang", "gzip", 1], "at most", 0.5)
  check("gzip, scrapes a second of eight readers by those of one",
    throughput["exporter", "gzip", 8] / throughput["exporter", "gzip", 1], "at least", 0.95)
  check("identity, scrapes a second of eight readers by those of one",
    throughput["exporter", "identity", 8] / throughput["exporter", "identity", 1], "at least", 0.95)
  exit missed
}
