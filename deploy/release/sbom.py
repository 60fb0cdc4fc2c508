#!/usr/bin/python3
"""Bill of materials of a Debian package, SPDX 2.3 in JSON, from what dpkg knows of this machine.

sbom.py PACKAGE.deb CREATED >sbom.spdx.json

The package, everything that it depends on, directly or not, and the libraries of headers that are compiled into it, in the
versions that are installed here. CREATED is the instant of the document, as 2026-11-24T18:02:57Z. Suppliers are dpkg's
maintainers. Licences are those of Debian's machine-readable copyright files; a name that SPDX does not have becomes a
LicenseRef with the text of that file.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

SPDX = {
    "0BSD": "0BSD", "Apache-2.0": "Apache-2.0", "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause",
    "BSL-1.0": "BSL-1.0", "CC0-1.0": "CC0-1.0", "Expat": "MIT", "GPL-1+": "GPL-1.0-or-later", "GPL-2": "GPL-2.0-only",
    "GPL-2+": "GPL-2.0-or-later", "GPL-2.0+": "GPL-2.0-or-later", "GPL-3": "GPL-3.0-only", "GPL-3+": "GPL-3.0-or-later",
    "ISC": "ISC", "LGPL-2+": "LGPL-2.0-or-later", "LGPL-2.1": "LGPL-2.1-only", "LGPL-2.1+": "LGPL-2.1-or-later",
    "LGPL-3+": "LGPL-3.0-or-later", "MPL-2.0": "MPL-2.0", "Ms-PL": "MS-PL", "X11": "X11", "Zlib": "Zlib", "zlib": "Zlib",
}

# Compiled in, so that no dependency names them.
HEADERS = ("libboost1.74-dev", "libcli11-dev", "libexpected-dev", "rapidjson-dev")


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def names(relations):
    """`a (>= 1), b | c` as [[a], [b, c]]."""
    groups = [group.split("|") for group in relations.split(",") if group.strip()]
    return [[re.split(r"[\s(:\[]", name.strip())[0] for name in group] for group in groups]


class Installed:
    """What dpkg has on this machine."""

    FIELDS = ("Package", "Version", "Architecture", "Maintainer", "Pre-Depends", "Depends", "Provides")

    def __init__(self):
        self.packages = {}
        self.providers = {}
        format_ = "\\t".join("${%s}" % field for field in self.FIELDS)
        for line in run("dpkg-query", "-W", "-f", "${db:Status-Status}\\t" + format_ + "\\n").splitlines():
            status, *values = line.split("\t")
            if status != "installed":
                continue
            package = dict(zip(self.FIELDS, values))
            self.packages.setdefault(package["Package"], package)
            for group in names(package["Provides"]):
                self.providers.setdefault(group[0], package["Package"])

    def one_of(self, alternatives):
        for name in alternatives:
            if name in self.packages:
                return name
            if name in self.providers:
                return self.providers[name]
        sys.exit(f"sbom.py: none of {', '.join(alternatives)} is installed here: install the package first")

    def dependencies(self, package):
        groups = names(package["Pre-Depends"]) + names(package["Depends"])
        return sorted({self.one_of(group) for group in groups} - {package["Package"]})


class Licences:
    """Expressions, and the texts that they refer to."""

    def __init__(self):
        self.texts = {}

    def of(self, name):
        """From Debian's copyright file; NOASSERTION where it is not machine-readable."""
        path = Path("/usr/share/doc") / name / "copyright"
        if not path.exists():
            return "NOASSERTION"
        text = path.read_text(errors="replace")
        if not text.startswith("Format:"):
            return "NOASSERTION"
        found = {}
        for licence, body in re.findall(r"^License:[ \t]*(\S[^\n]*)((?:\n[ \t][^\n]*)*)", text, re.MULTILINE):
            found[licence.strip()] = found.get(licence.strip(), "") or body.strip()
        expressions = {self.expression(licence, body, name) for licence, body in found.items()}
        return " AND ".join(sorted(expressions)) or "NOASSERTION"

    def expression(self, licence, body, package):
        # Some of Debian's files have SPDX's names themselves.
        parts = [SPDX.get(part, part) for part in licence.split(" or ")]
        if all(part in SPDX.values() for part in parts):
            known = " OR ".join(parts)
            return f"({known})" if len(parts) > 1 else known
        reference = "LicenseRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", f"{package}-{licence}".replace("+", "plus")).strip("-")
        self.texts[reference] = {
            "licenseId": reference,
            "name": licence,
            "extractedText": body or f"See /usr/share/doc/{package}/copyright on a Debian system.",
        }
        return reference


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]", "-", name.replace("+", "plus"))


def distribution():
    """`debian-12`."""
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', Path("/etc/os-release").read_text(), re.MULTILINE))
    return f"{release['ID']}-{release['VERSION_ID']}"


def locator(package, kind, qualifiers=""):
    name, version, architecture = (quote(package[field], safe="~") for field in ("Package", "Version", "Architecture"))
    return f"pkg:{kind}/{name}@{version}?arch={architecture}{qualifiers}"


def supplier(package):
    """Of its maintainer, `Name <address>`. Who has an address at Debian answers for Debian."""
    name, address = re.fullmatch(r"(.*?)\s*<(.*)>", package["Maintainer"].strip()).groups()
    if re.search(r"[@.]debian\.(org|net)$", address):
        return "Organization: Debian"
    group = re.search(r"\b(authors|group|maintainers|packagers|team)\b", name, re.IGNORECASE)
    return f"{'Organization' if group else 'Person'}: {name} ({address})"


def entry(package, licence, purpose, url):
    return {
        "SPDXID": identifier(package["Package"]),
        "name": package["Package"],
        "versionInfo": package["Version"],
        "supplier": supplier(package),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": purpose,
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": url}],
    }


def library(package, licences):
    url = locator(package, "deb/debian", f"&distro={distribution()}")
    return entry(package, licences.of(package["Package"]), "LIBRARY", url)


def relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def document(deb, created):
    installed, licences = Installed(), Licences()
    main = {field: run("dpkg-deb", "-f", deb, field).strip() for field in Installed.FIELDS}
    checksum = hashlib.sha256(Path(deb).read_bytes()).hexdigest()
    # Debian does not have it.
    first = entry(main, "Apache-2.0", "APPLICATION", locator(main, "generic"))
    first["checksums"] = [{"algorithm": "SHA256", "checksumValue": checksum}]
    packages, relations = [first], [relation("SPDXRef-DOCUMENT", "DESCRIBES", first["SPDXID"])]
    todo, seen = [main], {main["Package"]}
    while todo:
        package = todo.pop(0)
        for name in installed.dependencies(package):
            relations.append(relation(identifier(package["Package"]), "DEPENDS_ON", identifier(name)))
            if name in seen:
                continue
            seen.add(name)
            todo.append(installed.packages[name])
            packages.append(library(installed.packages[name], licences))
    for name in HEADERS:
        relations.append(relation(first["SPDXID"], "STATIC_LINK", identifier(name)))
        packages.append(library(installed.packages[installed.one_of([name])], licences))
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{main['Package']}-{main['Version']}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{main['Package']}-{main['Version']}-{checksum}",
        "creationInfo": {"created": created, "creators": ["Tool: workers_builds_exporter-sbom"]},
        "packages": packages,
        "relationships": relations,
        "hasExtractedLicensingInfos": [licences.texts[reference] for reference in sorted(licences.texts)],
    }


if len(sys.argv) != 3:
    sys.exit("usage: sbom.py PACKAGE.deb CREATED")
json.dump(document(sys.argv[1], sys.argv[2]), sys.stdout, indent=1)
print()
