// Answers batches on stdin, one JSON array of questions a line, with node's own semver: the one that npm uses.
const semver = require(process.argv[2]);
const readline = require("node:readline");
const answer = ([kind, ...q]) => {
  switch (kind) {
    case "parse": {
      const v = semver.parse(q[0], { loose: true });
      return v && v.version;
    }
    case "compare":
      return semver.compare(q[0], q[1], { loose: true });
    case "range":
      return semver.validRange(q[0], { loose: true, includePrerelease: q[1] }) === null
        ? null
        : new semver.Range(q[0], { loose: true, includePrerelease: q[1] }).range;
    case "satisfies":
      return semver.satisfies(q[0], q[1], { loose: true, includePrerelease: q[2] });
    case "max":
      return semver.maxSatisfying(q[0], q[1], { loose: true, includePrerelease: q[2] });
  }
};
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(JSON.parse(line).map(answer)) + "\n");
});
