// The bill of materials has the shape of SPDX 2.3 and says of each package what dpkg says.
// node sbom_test.mjs SBOM.spdx.json PACKAGE.deb, with NODE_PATH for spdx-expression-parse
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const parseExpression = createRequire(import.meta.url)('spdx-expression-parse');
const [, , file, deb] = process.argv;
const sbom = JSON.parse(readFileSync(file, 'utf8'));
const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8' }).trim();

const problems = [];
const check = (holds, problem) => { if (!holds) problems.push(problem); };

check(sbom.spdxVersion === 'SPDX-2.3', `spdxVersion is ${sbom.spdxVersion}`);
check(sbom.dataLicense === 'CC0-1.0', `dataLicense is ${sbom.dataLicense}`);
check(sbom.SPDXID === 'SPDXRef-DOCUMENT', `the document is ${sbom.SPDXID}`);
check(/^https:\/\/[^#]+$/.test(sbom.documentNamespace), `documentNamespace is ${sbom.documentNamespace}`);
check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(sbom.creationInfo.created), `created is ${sbom.creationInfo.created}`);
check(sbom.creationInfo.creators.every((one) => /^(Tool|Organization|Person): ./.test(one)), 'a creator has no kind');

const ids = new Set([sbom.SPDXID]);
const licences = new Set((sbom.hasExtractedLicensingInfos ?? []).map((one) => one.licenseId));
for (const one of sbom.hasExtractedLicensingInfos ?? []) {
  check(/^LicenseRef-[A-Za-z0-9.-]+$/.test(one.licenseId), `${one.licenseId} is no name of a licence`);
  check(one.extractedText.length > 0, `${one.licenseId} has no text`);
}
const used = new Set();
const walk = (node) => {
  if (node.license) used.add(node.license);
  for (const side of [node.left, node.right]) if (side) walk(side);
};
for (const one of sbom.packages) {
  check(/^SPDXRef-[A-Za-z0-9.-]+$/.test(one.SPDXID), `${one.SPDXID} is no identifier`);
  check(!ids.has(one.SPDXID), `${one.SPDXID} is there twice`);
  ids.add(one.SPDXID);
  for (const key of ['name', 'versionInfo', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'copyrightText']) {
    check(typeof one[key] === 'string' && one[key] !== '', `${one.SPDXID} has no ${key}`);
  }
  check(one.filesAnalyzed === false, `${one.SPDXID}: filesAnalyzed, without files`);
  check(/^(Organization|Person): ./.test(one.supplier), `${one.SPDXID} is of ${one.supplier}`);
  if (one.licenseDeclared !== 'NOASSERTION') {
    try { walk(parseExpression(one.licenseDeclared)); } catch (error) { problems.push(`${one.name}: ${one.licenseDeclared}: ${error.message}`); }
  }
}
for (const one of used) check(!one.startsWith('LicenseRef-') || licences.has(one), `${one} is not explained`);
for (const one of licences) check(used.has(one), `${one} is explained and not used`);
for (const one of sbom.relationships) {
  check(ids.has(one.spdxElementId) && ids.has(one.relatedSpdxElement), `${JSON.stringify(one)} is about something else`);
}

// What it is about, and that nothing of it is missing.
const described = sbom.relationships.filter((one) => one.relationshipType === 'DESCRIBES').map((one) => one.relatedSpdxElement);
const main = sbom.packages.find((one) => one.SPDXID === described[0]);
check(described.length === 1 && main?.name === 'workers-builds-exporter', `it describes ${described}`);
check(main?.versionInfo === run('dpkg-deb', '-f', deb, 'Version'), `it is of version ${main?.versionInfo}`);
const urlOf = (one) => one?.externalRefs[0].referenceLocator;
check(/^pkg:generic\/workers-builds-exporter@[^:+\s]+\?arch=[a-z0-9]+$/.test(urlOf(main)), `it is at ${urlOf(main)}`);
const maintainer = run('dpkg-deb', '-f', deb, 'Maintainer').replace('<', '(').replace('>', ')');
check(main?.supplier.endsWith(`: ${maintainer}`), `it is of ${main?.supplier}`);
check(main?.checksums[0].checksumValue === createHash('sha256').update(readFileSync(deb)).digest('hex'), 'it is of another package');
const needed = new Set(sbom.relationships.filter((one) => one.spdxElementId === main?.SPDXID && one.relationshipType === 'DEPENDS_ON')
  .map((one) => sbom.packages.find((package_) => package_.SPDXID === one.relatedSpdxElement)?.name));
for (const dependency of run('dpkg-deb', '-f', deb, 'Depends').split(',').map((one) => one.trim().split(/[ (]/)[0])) {
  // spdlog's and fmt's versions are one virtual package.
  check(needed.has(dependency) || needed.has(dependency.replace(/-fmt\d+$/, '')), `${dependency} is missing`);
}
const distribution = run('sh', '-c', '. /etc/os-release; echo "$ID-$VERSION_ID"');
for (const one of sbom.packages) {
  if (one === main) continue;
  check(/^pkg:deb\/debian\/[^@\s]+@[^:+\s]+\?arch=[a-z0-9]+&distro=/.test(urlOf(one)) && urlOf(one).endsWith(`&distro=${distribution}`), `${one.SPDXID} is at ${urlOf(one)}`);
  const version = run('dpkg-query', '-W', '-f', '${Version}\n', one.name).split('\n')[0];
  check(one.versionInfo === version, `${one.name} is ${one.versionInfo}, and dpkg says ${version}`);
}
const ofDebian = sbom.packages.filter((one) => one.supplier === 'Organization: Debian').length;
check(ofDebian * 2 > sbom.packages.length, `only ${ofDebian} of ${sbom.packages.length} packages are Debian's`);
// dpkg knows most licences; without them there would be no use in it.
const known = sbom.packages.filter((one) => one.licenseDeclared !== 'NOASSERTION').length;
check(known * 2 > sbom.packages.length, `only ${known} of ${sbom.packages.length} packages have a licence`);

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
