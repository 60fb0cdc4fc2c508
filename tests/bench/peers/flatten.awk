# A text page (0.0.4) as what the peers load: a line a family, and after it a line a sample, with tabs between the fields.
#   family TYPE NAME HELP LABEL_NAME...
#   VALUE LABEL_VALUE...
# Histograms are left out: they belong to the account and are less than a hundredth of the page.

function refuse(why) {
  printf "flatten: line %d: %s: %s\n", NR, why, $0 >"/dev/stderr"
  failed = 1
  exit 1
}

BEGIN { OFS = "\t" }

/^# HELP / { name = $3; help = substr($0, length("# HELP " name " ") + 1); next }
/^# TYPE / { type = $4; family = ""; next }
type == "histogram" { next }
# Unescaping would be one more thing that the peers could do differently; the simulator's names need none.
/[\\\t]/ { refuse("an escape or a tab") }

{
  names = values = ""
  value = $NF
  if (brace = index($0, "{")) {
    match($0, /"} [^ ]*$/)
    count = split(substr($0, brace + 1, RSTART - brace - 1), pairs, /",/)
    for (i = 1; i <= count; ++i) {
      equals = index(pairs[i], "=\"")
      names = names OFS substr(pairs[i], 1, equals - 1)
      values = values OFS substr(pairs[i], equals + 2)
    }
  }
  if (family == "") {
    family = name
    label_names = names
    print "family", type, name, help names
  }
  if (names != label_names) refuse("other labels than the family's first sample")
  print value values
}

END { if (failed) exit 1 }
